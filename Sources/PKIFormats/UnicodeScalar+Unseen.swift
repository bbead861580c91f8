// SPDX-License-Identifier: Apache-2.0

extension Unicode.Scalar {
    /// Whether the character is a control character, C0 or C1: general category Cc, which Unicode will not change.
    ///
    /// Source: Unicode Standard, section 23.1; its stability policy on general categories.
    package var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }

    /// Whether printing the character could change what a terminal or log shows around it.
    ///
    /// Source: Unicode Standard, section 23.1 (C0 and C1), and Annex 9 (explicit and implicit directional formatting).
    package var isUnsafeToPrint: Bool {
        // Nearly all text is ASCII, which needs no table of Unicode.
        if isASCII { return isControl }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Whether a name in a certificate must not hold the character: it is not seen, turns the text around it, or has no
    /// meaning that two people share.
    ///
    /// Names that differ in such characters alone are the same name to whoever compares as the standard says, and to
    /// every reader. Joiners and variation selectors may be there: some scripts, and emoji, need them.
    ///
    /// Source: RFC 5280, section 7.1; RFC 4518, sections 2.2 and 2.4.
    var isUnfitForNames: Bool {
        if isASCII { return isControl }
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: return true
        default: break
        }
        if properties.isJoinControl || properties.isVariationSelector { return false }
        return properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint
            || (0xFFF9...0xFFFD).contains(value)
    }
}
