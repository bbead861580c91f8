// SPDX-License-Identifier: Apache-2.0

/// What the sender proves itself with.
///
/// ```
/// Cred: Meta?, Data
/// ```
/// `Meta/Type` names the scheme, ``basic`` or ``md5``, and `Meta/Format` how the data is written, `b64`.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.2.2; OMA-DM Security 1.2, section 5.3.
public struct Cred: Hashable, Sendable {
    /// The scheme that sends user and password.
    public static let basic = "syncml:auth-basic"
    /// The scheme that sends an MD5 digest over user, secret and nonce.
    public static let md5 = "syncml:auth-md5"
    /// The scheme that authenticates the whole message in a header of the transport.
    public static let mac = "syncml:auth-MAC"

    /// Scheme and format; both absent mean Basic.
    public var meta: Meta?
    /// The credential, in the format that `meta` names.
    public var data: String

    /// Makes a credential.
    ///
    /// - Parameters:
    ///   - meta: scheme and format.
    ///   - data: the credential in that format.
    public init(meta: Meta?, data: String) {
        self.meta = meta
        self.data = data
    }
}

extension Cred {
    init(from source: inout some SyncMLSource, onceFor old: Cred?) throws(OMADMError) {
        guard old == nil else { throw .repeated("Cred") }
        var meta: Meta?
        var data: String?
        while let child = try source.nextChild() {
            switch child {
            case .meta: meta = try Meta(from: &source, onceFor: meta)
            case .data: data = try source.readText(child, onceFor: data)
            default: throw source.unexpected(child)
            }
        }
        guard let data else { throw .missing("Data") }
        self.init(meta: meta, data: data)
    }

    /// Writes the credential.
    ///
    /// - Parameters:
    ///   - sink: what is written to.
    ///   - isObject: whether it belongs to an Add or Replace.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for text that the form cannot carry.
    func write(to sink: inout some SyncMLSink, isObject: Bool = false) throws(OMADMError) {
        sink.open(.cred)
        try meta?.write(to: &sink)
        try sink.data(.text(data), isObject: isObject)
        sink.close(.cred)
    }
}
