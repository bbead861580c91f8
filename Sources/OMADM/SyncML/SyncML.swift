// SPDX-License-Identifier: Apache-2.0

/// A message of SyncML, the container of OMA Device Management.
///
/// ```
/// SyncML: SyncHdr, SyncBody
/// ```
/// Every element is written in the order of the DTD and read in any order.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.3; MS-MDM, section 2.2.4.1.
public struct SyncML: Hashable, Sendable {
    /// The header: who speaks to whom, in which session.
    public var hdr: SyncHdr
    /// The commands.
    public var body: SyncBody

    /// Makes a message.
    ///
    /// - Parameters:
    ///   - hdr: the header.
    ///   - body: the commands.
    public init(hdr: SyncHdr, body: SyncBody) {
        self.hdr = hdr
        self.body = body
    }
}

extension SyncML {
    /// Reads the children of a SyncML element.
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        var hdr: SyncHdr?
        var body: SyncBody?
        while let child = try source.nextChild() {
            switch child {
            case .syncHdr:
                guard hdr == nil else { throw .repeated(child.name) }
                hdr = try SyncHdr(from: &source)
            case .syncBody:
                guard body == nil else { throw .repeated(child.name) }
                body = try SyncBody(from: &source)
            default: throw source.unexpected(child)
            }
        }
        guard let hdr else { throw .missing("SyncHdr") }
        guard let body else { throw .missing("SyncBody") }
        self.hdr = hdr
        self.body = body
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        sink.open(.syncML)
        try hdr.write(to: &sink)
        try body.write(to: &sink)
        sink.close(.syncML)
    }
}
