// SPDX-License-Identifier: Apache-2.0

/// Text that is looked for in all that is known of a device.
///
/// It has no index: a person asks, and there are tens of thousands of devices and not millions.
struct DeviceNeedle {
    /// For LIKE, which takes no notice of the case of ASCII letters.
    let pattern: String
    /// For a JSON object as a whole, by which most of them are passed over unread.
    let patternInJSON: String

    init(_ text: String) {
        var escaped = ""
        for character in text.unicodeScalars {
            if Self.wildcards.contains(character) { escaped.unicodeScalars.append(Self.escape) }
            escaped.unicodeScalars.append(character)
        }
        pattern = "%" + escaped + "%"
        patternInJSON = text.unicodeScalars.allSatisfy(Self.standsInJSON) ? pattern : "%"
    }

    private static let escape: Unicode.Scalar = "!"
    private static let wildcards: Set<Unicode.Scalar> = ["%", "_", escape]
    private static let escapedInJSON: Set<Unicode.Scalar> = ["\"", "\\", "/"]

    /// Whether JSON writes a character as it is.
    private static func standsInJSON(_ character: Unicode.Scalar) -> Bool {
        (0x20...0x7E).contains(character.value) && !escapedInJSON.contains(character)
    }

    /// Devices before a number, newest first: number, state, both patterns, the beginning of events by which devices are
    /// enrolled and limit are bound.
    static let selection: SQL =
        DeviceRow.select + """
            WHERE number < ?1 AND (?2 IS NULL OR state = ?2) AND (
                name LIKE ?3 ESCAPE '!' OR id LIKE ?3 ESCAPE '!'
                OR number IN (SELECT a.device FROM device_attachment a WHERE a.value LIKE ?3 ESCAPE '!')
                OR number IN (
                    SELECT a.device FROM device_attachment a JOIN audit e ON e.object = substr(a.value, 4)
                    WHERE a.kind = 'scep-subject' AND a.value LIKE 'CN=%' AND instr(e.event, ?5) = 1
                        AND json_extract(CAST(e.event AS TEXT), '$.details.user') LIKE ?3 ESCAPE '!'
                        AND NOT EXISTS (
                            SELECT 1 FROM audit n
                            WHERE n.object = e.object AND n.sequence > e.sequence AND instr(n.event, ?5) = 1))
                OR id IN (
                    SELECT c.device FROM management_contact c
                    WHERE CAST(c.facts AS TEXT) LIKE ?4 ESCAPE '!' AND json_valid(CAST(c.facts AS TEXT)) AND EXISTS (
                        SELECT 1 FROM json_each(CAST(c.facts AS TEXT)) f WHERE f.value LIKE ?3 ESCAPE '!')))
            ORDER BY number DESC LIMIT ?6
            """
}
