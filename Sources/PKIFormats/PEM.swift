// SPDX-License-Identifier: Apache-2.0

/// One block of a PEM text.
public struct PEMBlock: Hashable, Sendable {
    /// What the block holds, `CERTIFICATE`.
    public let label: String
    /// The header lines of the block, as `Proc-Type: 4,ENCRYPTED`; usually none.
    public let headers: [String]
    /// The decoded octets.
    public let der: [UInt8]

    /// Makes a block.
    public init(label: String, headers: [String] = [], der: [UInt8]) {
        self.label = label
        self.headers = headers
        self.der = der
    }
}

/// The text form of certificates, keys and requests.
///
/// Read as people and programs leave it: with any line ends, text around the blocks, lines of any length, old-style
/// headers, no new line at the end.
///
/// Source: RFC 7468, sections 2 and 3; RFC 1421, section 4.6 for headers.
public enum PEM {
    /// Octets of the largest text that is read: a bundle of some thousand certificates.
    public static let limit = 16 << 20
    /// Blocks read from one text.
    public static let blockLimit = 10_000
    /// Octets of one label or header line.
    private static let lineLimit = 256

    /// Writes one block, ending in a new line.
    public static func encode(_ der: some Collection<UInt8>, label: String) -> String {
        let body = Base64.encode(der, lineLength: 64)
        return "-----BEGIN \(label)-----\n\(body)\(body.isEmpty ? "" : "\n")-----END \(label)-----\n"
    }

    /// Reads all blocks of a text, in order; an empty list when there is none.
    ///
    /// - Throws: ``FormatError`` for a block without end, with another label at its end or with broken Base64, and
    ///   when the text is longer than `limit` octets.
    public static func decode(
        _ text: some Collection<UInt8>, limit: Int = PEM.limit
    ) throws(FormatError) -> [PEMBlock] {
        guard text.count <= limit else { throw .limitExceeded("octets of a PEM text", limit: limit) }
        var blocks: [PEMBlock] = []
        var open: OpenBlock?
        var rest = Array(text)[...]
        while !rest.isEmpty {
            let line = nextLine(&rest).trimming { $0 == 0x20 || $0 == 0x09 }
            if let label = boundary(line, "BEGIN") {
                guard open == nil else { throw .invalidText(reason: "a PEM block begins inside another") }
                open = OpenBlock(label: label)
            } else if let label = boundary(line, "END") {
                guard let block = open, block.label == label else {
                    throw .invalidText(reason: "a PEM block ends that did not begin")
                }
                guard blocks.count < blockLimit else { throw .limitExceeded("PEM blocks", limit: blockLimit) }
                blocks.append(try block.finish())
                open = nil
            } else {
                try open?.append(line)
            }
        }
        if let open { throw .invalidText(reason: "the PEM block '\(open.label)' has no end") }
        return blocks
    }

    /// Reads all blocks of a text, in order.
    ///
    /// - Throws: ``FormatError`` as ``decode(_:limit:)-(Collection<UInt8>,_)``.
    public static func decode(_ text: some StringProtocol, limit: Int = PEM.limit) throws(FormatError) -> [PEMBlock] {
        try decode(Array(text.utf8), limit: limit)
    }

    /// Reads a file of unknown form: DER as it is, PEM, or bare Base64 as some servers send it.
    ///
    /// Text may be UTF-16, as Windows programs save it.
    ///
    /// - Returns: the blocks; DER and bare Base64 become one block with an empty label.
    ///
    /// - Throws: ``FormatError`` when the bytes are none of the three; ``FormatError/unsupportedForm(_:)`` for Java's
    ///   own form of a key store.
    public static func sniff(_ bytes: [UInt8], limit: Int = PEM.limit) throws(FormatError) -> [PEMBlock] {
        guard bytes.count <= limit else { throw .limitExceeded("octets of a file", limit: limit) }
        if bytes.first == 0x30, (try? ASN1Element(parsing: bytes)) != nil {
            return [PEMBlock(label: "", der: bytes)]
        }
        if isJavaKeyStore(bytes) {
            throw .unsupportedForm(
                "a Java key store in Java's own form ('keytool -importkeystore -srckeystore FILE -destkeystore NEW.p12 "
                    + "-deststoretype PKCS12' makes a PKCS#12 of it)")
        }
        let utf8 = UTF16Text.utf8(bytes)
        let blocks = try decode(utf8, limit: limit)
        if !blocks.isEmpty { return blocks }
        let text = utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? utf8.dropFirst(3) : utf8[...]
        if let der = Base64.decode(text, tolerance: .tolerant), der.first == 0x30 {
            return [PEMBlock(label: "", der: der)]
        }
        if bytes.first == 0x30 { return [PEMBlock(label: "", der: bytes)] }
        throw .invalidText(reason: "neither DER nor PEM nor Base64")
    }

    /// Whether a file begins as the key stores JKS and JCEKS do.
    private static func isJavaKeyStore(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED]) || bytes.starts(with: [0xCE, 0xCE, 0xCE, 0xCE])
    }

    /// The label of a boundary line, `nil` for any other line.
    private static func boundary(_ line: ArraySlice<UInt8>, _ word: String) -> String? {
        // Nearly every line is Base64 and known by its first octet.
        guard line.first == 0x2D || line.first == 0xEF else { return nil }
        let prefix = Array("-----\(word) ".utf8)
        let suffix = Array("-----".utf8)
        var line = line
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        guard line.count <= lineLimit, line.count >= prefix.count + suffix.count, line.starts(with: prefix),
            line.suffix(suffix.count).elementsEqual(suffix)
        else { return nil }
        let label = line.dropFirst(prefix.count).dropLast(suffix.count)
        return String(validating: label, as: UTF8.self)
    }

    /// Takes a line and its end off the front.
    private static func nextLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
        rest = rest[line.endIndex...].dropFirst()
        return line
    }

    /// A block whose end has not been seen.
    private struct OpenBlock {
        let label: String
        var headers: [String] = []
        var body: [UInt8] = []

        init(label: String) { self.label = label }

        /// Takes a line: a header as long as no Base64 was seen, else Base64.
        mutating func append(_ line: ArraySlice<UInt8>) throws(FormatError) {
            if body.isEmpty, line.contains(0x3A) {
                guard headers.count < 32, line.count <= lineLimit else {
                    throw .limitExceeded("header lines of a PEM block", limit: 32)
                }
                headers.append(String(decoding: line, as: UTF8.self))
            } else {
                body.append(contentsOf: line)
            }
        }

        func finish() throws(FormatError) -> PEMBlock {
            guard let der = Base64.decode(body, tolerance: .tolerant) else {
                throw .invalidText(reason: "the PEM block '\(label)' is not Base64")
            }
            return PEMBlock(label: label, headers: headers, der: der)
        }
    }
}
