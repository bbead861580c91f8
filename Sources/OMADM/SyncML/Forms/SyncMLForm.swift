// SPDX-License-Identifier: Apache-2.0

/// The forms a message has on the wire.
///
/// Source: OMA-DM Protocol 1.2, section 6; MS-MDM, section 2.1.
public enum SyncMLForm: String, CaseIterable, Sendable {
    /// XML in UTF-8.
    case xml = "application/vnd.syncml.dm+xml"
    /// WBXML with the tokens of SyncML.
    case wbxml = "application/vnd.syncml.dm+wbxml"

    /// The form that a media type names; `nil` for any other, and for XML in an encoding that is not read.
    ///
    /// Clients built on Intel's libdmclient send the types of plain SyncML, without `.dm`.
    public init?(mediaType: String) {
        let name = MediaTypeName(of: mediaType)
        switch name.text {
        case Self.xml.rawValue, "application/vnd.syncml+xml":
            guard !name.namesForeignCharset else { return nil }
            self = .xml
        case Self.wbxml.rawValue, "application/vnd.syncml+wbxml": self = .wbxml
        default: return nil
        }
    }

    /// The form of a message: as its media type says, or by its first octet where none is given.
    ///
    /// Source: RFC 9110, section 8.3.
    public init?(mediaType: String?, octets: some Collection<UInt8>) {
        if let mediaType {
            self.init(mediaType: mediaType)
        } else {
            // WBXML begins with its version; XML with a mark, white space or its byte order mark.
            let isBinary = octets.first.map { $0 <= 0x03 } ?? false
            self = isBinary ? .wbxml : .xml
        }
    }

    /// The media type.
    public var mediaType: String { rawValue }
}

extension SyncML {
    /// Reads a message.
    ///
    /// - Parameters:
    ///   - octets: the body of the request or response.
    ///   - form: what its media type says it is.
    ///   - limits: what it may cost.
    /// - Throws: ``OMADMError`` when the octets are not of that form, when an element is missing, misplaced or
    ///   malformed, and when a limit is passed.
    public init(
        parsing octets: some Collection<UInt8>, as form: SyncMLForm = .xml, limits: MessageLimits = MessageLimits()
    ) throws(OMADMError) {
        switch form {
        case .xml:
            var source = try SyncMLXMLSource(Array(octets), limits: limits)
            try self.init(document: &source)
        case .wbxml:
            var source = try SyncMLWBXMLSource(Array(octets), limits: limits)
            try self.init(document: &source)
        }
    }

    private init(document source: inout some SyncMLSource) throws(OMADMError) {
        let root = try source.nextRoot()
        guard root == .syncML else { throw source.unexpected(root) }
        try self.init(from: &source)
        try source.finish()
    }

    /// Reads the header of a message whose body cannot be taken, and passes over the body.
    ///
    /// What is wrong with a message is told in a Status, for which its header is enough. The document has to be
    /// well-formed all the same.
    ///
    /// - Parameters:
    ///   - octets: the body of the request or response.
    ///   - form: what its media type says it is.
    ///   - limits: what it may cost.
    /// - Returns: the message without commands.
    /// - Throws: ``OMADMError`` when the octets are not of that form, or the header cannot be read.
    public static func header(
        of octets: some Collection<UInt8>, as form: SyncMLForm, limits: MessageLimits = MessageLimits()
    ) throws(OMADMError) -> SyncML {
        switch form {
        case .xml:
            var source = try SyncMLXMLSource(Array(octets), limits: limits)
            return try header(in: &source)
        case .wbxml:
            var source = try SyncMLWBXMLSource(Array(octets), limits: limits)
            return try header(in: &source)
        }
    }

    private static func header(in source: inout some SyncMLSource) throws(OMADMError) -> SyncML {
        let root = try source.nextRoot()
        guard root == .syncML else { throw source.unexpected(root) }
        var hdr: SyncHdr?
        while let child = try source.nextChild(ignoringText: true) {
            if child == .syncHdr, hdr == nil { hdr = try SyncHdr(from: &source) } else { try source.skip() }
        }
        try source.finish()
        guard let hdr else { throw .missing("SyncHdr") }
        return SyncML(hdr: hdr, body: SyncBody())
    }

    /// Writes the message: elements in the order of the DTD, XML without white space between them.
    ///
    /// - Parameter form: the form.
    /// - Returns: the body of a request or response.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for an unknown command, for octets in XML and for characters that
    ///   the form cannot carry.
    public func serialize(as form: SyncMLForm = .xml) throws(OMADMError) -> [UInt8] {
        switch form {
        case .xml:
            var sink = SyncMLXMLSink(namespace: SyncMLNamespace.of(verDTD: hdr.verDTD))
            try write(to: &sink)
            return sink.writer.octets
        case .wbxml:
            return try serializeWBXML(version: .wbxml12)
        }
    }
}

extension SyncBody {
    /// Reads commands that stand in a SyncML element without header, or in a SyncBody of their own.
    ///
    /// Published examples of CSPs are written so, and administrators store them as files; Microsoft's page of the
    /// ClientCertificateInstall CSP has two. No device sends them.
    ///
    /// - Parameters:
    ///   - octets: the document in XML.
    ///   - limits: what it may cost.
    /// - Throws: ``OMADMError`` as for a message.
    public init(
        parsingExample octets: some Collection<UInt8>, limits: MessageLimits = MessageLimits()
    ) throws(OMADMError) {
        var source = try SyncMLXMLSource(Array(octets), limits: limits)
        switch try source.nextRoot() {
        case .syncBody: try self.init(from: &source)
        case .syncML:
            var body: SyncBody?
            while let child = try source.nextChild() {
                switch child {
                case .syncHdr: try source.skip()
                case .syncBody where body == nil: body = try SyncBody(from: &source)
                default: throw source.unexpected(child)
                }
            }
            guard let body else { throw .missing("SyncBody") }
            self = body
        case let other: throw source.unexpected(other)
        }
        try source.finish()
    }
}
