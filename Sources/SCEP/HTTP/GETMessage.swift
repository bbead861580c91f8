// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A message in the query of a GET request.
///
/// The RFC asks for base64, then URL-encoding. Read besides, each because a client sends it:
/// - `+` and `/` unescaped: macOS escapes only `=` when POST is not advertised (smallstep/certificates PR 1570);
/// - lines of 64 columns ended by `%0A`: Cisco IOS (smallstep/docs#364) and sscep;
/// - escapes escaped again: seen by micromdm, which decodes twice;
/// - `%20` for `+`, from whatever decoded the query as a form's on its way and escaped it again;
/// - the URL-safe alphabet and missing padding.
///
/// Source: RFC 8894, section 4.1; RFC 4648, sections 4 and 5.
public enum GETMessage {
    /// The message octets of a raw query string: what stands after `?`, not decoded.
    ///
    /// - Throws: ``SCEPError/messageTooLarge(limit:)``, ``SCEPError/missing(_:)`` or
    ///   ``SCEPError/malformed(_:reason:)``.
    public static func decode(rawQuery: some StringProtocol) throws(SCEPError) -> [UInt8] {
        guard let raw = try QueryParameters(rawQuery: rawQuery).raw("message"), !raw.isEmpty else {
            throw .missing("message")
        }
        var text = PercentEncoding.decodeTolerantly(raw)
        if text.contains(UInt8(ascii: "%")) { text = PercentEncoding.decodeTolerantly(text[...]) }
        let message = Base64.decode(text, tolerance: .tolerant) ?? []
        if isWhole(message) { return message }
        if let restored = withPluses(text), isWhole(restored) { return restored }
        guard !message.isEmpty else { throw .malformed("message", reason: "not base64") }
        return message
    }

    /// The message when spaces stand where `+` was, `nil` when there are none or the text is no base64 then.
    private static func withPluses(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(UInt8(ascii: " ")) else { return nil }
        return Base64.decode(text.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }, tolerance: .tolerant)
    }

    private static func isWhole(_ message: [UInt8]) -> Bool { (try? ASN1Element(parsing: message)) != nil }

    /// The query string a client sends for a message: standard base64, every special character escaped.
    public static func rawQuery(for message: [UInt8]) -> String {
        Operation.pkiOperation.rawQuery + "&message=" + PercentEncoding.encode(Base64.encode(message).utf8)
    }
}
