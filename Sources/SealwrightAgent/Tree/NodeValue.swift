// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

/// Turns what a server sends as a node's value into the one text it is kept as.
///
/// - int: decimal; read with a sign and as `0x` hexadecimal too, within 32 bits;
/// - bool: `true` or `false`; read in any case and as 1 and 0 too;
/// - chr: the text;
/// - bin, b64: Base64 without white space; for b64 it has to be Base64.
///
/// Source: OMA Device Management Tree and Description 1.2, section 7.7.2.2; Microsoft, "OMA DM protocol support".
enum NodeValue {
    /// Reads a value.
    ///
    /// - Parameters:
    ///   - data: the Data element; `nil` when it is absent.
    ///   - declared: the Format that came with it; `nil` when none came.
    ///   - definition: the node.
    /// - Returns: the text to keep.
    /// - Throws: ``CommandFailure`` with status 415 when the format does not fit the node or the text not the format,
    ///   and 500 when the node does not take the value.
    static func canonical(
        _ data: ItemData?, declared: MetaFormat?, for definition: NodeDefinition
    ) throws(CommandFailure) -> String {
        try checkFormat(declared, definition)
        let text = try text(data, definition)
        let value: String? =
            switch definition.format {
            case .int: number(text).map { String($0) }
            case .bool: truth(text)
            case .bin: withoutSpace(text)
            case .b64: Base64.decode(withoutSpace(text), tolerance: .tolerant) == nil ? nil : withoutSpace(text)
            default: text
            }
        guard let value else {
            throw CommandFailure(.unsupportedTypeOrFormat, "\(definition.name): not \(definition.format.rawValue)")
        }
        if let objection = definition.rule.objection(to: value) {
            throw CommandFailure(.commandFailed, "\(definition.name): \(objection)")
        }
        return value
    }

    /// Formats that carry text are taken for one another; whether the text fits shows when it is read.
    private static func checkFormat(
        _ declared: MetaFormat?, _ definition: NodeDefinition
    ) throws(CommandFailure) {
        guard let declared else { return }
        let taken: [MetaFormat] =
            switch definition.format {
            case .bin, .b64: [.bin, .b64, .chr]
            case .chr: [.chr, .int, .bool, .b64]
            case let format: [format, .chr]
            }
        guard taken.contains(declared) else {
            throw CommandFailure(
                .unsupportedTypeOrFormat,
                "\(definition.name): \(declared.rawValue) instead of \(definition.format.rawValue)")
        }
    }

    private static func text(_ data: ItemData?, _ definition: NodeDefinition) throws(CommandFailure) -> String {
        switch data {
        case nil: return ""
        case .text(let text): return text
        case .octets(let octets) where [.bin, .b64].contains(definition.format): return Base64.encode(octets)
        case .octets(let octets):
            if let text = String(validating: octets, as: UTF8.self) { return text }
        case .markup: break
        }
        throw CommandFailure(.unsupportedTypeOrFormat, "\(definition.name): not text")
    }

    private static func withoutSpace(_ text: String) -> String {
        String(decoding: text.utf8.filter { !(0x09...0x0D).contains($0) && $0 != 0x20 }, as: UTF8.self)
    }

    /// A number within 32 bits, signed or not.
    static func number(_ text: String) -> Int64? {
        let digits = text.utf8.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) }
        let body = String(decoding: digits, as: UTF8.self)
        let isHexadecimal = body.lowercased().hasPrefix("0x")
        guard digits.first != 0x2B, let value = isHexadecimal ? hexadecimal(body.dropFirst(2)) : Int64(body),
            (Int64(Int32.min)...Int64(UInt32.max)).contains(value)
        else { return nil }
        return value
    }

    private static func hexadecimal(_ digits: Substring) -> Int64? {
        guard (1...8).contains(digits.utf8.count), digits.utf8.first != 0x2B else { return nil }
        return UInt32(digits, radix: 16).map(Int64.init)
    }

    private static func truth(_ text: String) -> String? {
        switch LocURIText.fold(text) {
        case "true", "1": "true"
        case "false", "0": "false"
        default: nil
        }
    }
}
