// SPDX-License-Identifier: Apache-2.0

/// What the receiver has to prove itself with, and the nonce for it.
///
/// ```
/// Chal: Meta
/// ```
/// Stands in a Status for the SyncHdr: with 401 and 407 for this session, with 212 for the next one.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.2.1; OMA-DM Security 1.2, section 5.3.
public struct Chal: Hashable, Sendable {
    /// `Type`, `Format` and `NextNonce`.
    public var meta: Meta

    /// Makes a challenge.
    ///
    /// - Parameter meta: `Type`, `Format` and `NextNonce`.
    public init(meta: Meta) { self.meta = meta }
}

extension Chal {
    init(from source: inout some SyncMLSource, onceFor old: Chal?) throws(OMADMError) {
        guard old == nil else { throw .repeated("Chal") }
        var meta: Meta?
        while let child = try source.nextChild() {
            guard child == .meta else { throw source.unexpected(child) }
            meta = try Meta(from: &source, onceFor: meta)
        }
        guard let meta else { throw .missing("Meta") }
        self.init(meta: meta)
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(.chal)
        try meta.write(to: &sink)
        sink.close(.chal)
    }
}
