// SPDX-License-Identifier: Apache-2.0

/// The address in a Target, Source, SourceParent or TargetParent.
///
/// ```
/// Target, Source: LocURI, LocName?
/// ```
///
/// Source: OMA SyncML Representation Protocol 1.2, sections 6.1.11, 6.1.12, 6.1.20 and 6.1.24.
public struct Location: Hashable, Sendable {
    /// Octets of a LocURI above which a command is answered with status 414.
    public static let locURILimit = 2048

    /// A node of the management tree, a device or a server.
    public var locURI: String
    /// A name for people; with digest authentication, the user.
    public var locName: String?

    /// Makes an address.
    ///
    /// - Parameters:
    ///   - locURI: a node, a device or a server.
    ///   - locName: a name for people, or the user.
    public init(_ locURI: String, locName: String? = nil) {
        self.locURI = locURI
        self.locName = locName
    }
}

extension Location {
    init(_ tag: SyncMLTag, from source: inout some SyncMLSource, onceFor old: Location?) throws(OMADMError) {
        guard old == nil else { throw .repeated(tag.name) }
        var locURI: String?
        var locName: String?
        while let child = try source.nextChild() {
            switch child {
            case .locURI: locURI = try source.readText(child, onceFor: locURI)
            case .locName: locName = try source.readText(child, onceFor: locName)
            default: throw source.unexpected(child)
            }
        }
        guard let locURI else { throw .missing("LocURI") }
        self.locURI = locURI
        self.locName = locName
    }

    func write(_ tag: SyncMLTag, to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(tag)
        try sink.element(.locURI, locURI)
        try sink.element(.locName, ifPresent: locName)
        sink.close(tag)
    }
}
