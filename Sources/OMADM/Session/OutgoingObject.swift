// SPDX-License-Identifier: Apache-2.0

/// An Add or Replace whose data is too long for one message and goes out in parts.
///
/// ```
/// Item: Target, Meta (Size in the first part), Data, MoreData (but for the last part)
/// ```
///
/// Source: OMA Device Management Protocol 1.2, section 7.
struct OutgoingObject: Sendable {
    private let command: Command
    private let edit: Command.Edit
    private let target: Location?
    /// Format and type, without a size.
    private let meta: Meta?
    private let text: String
    private var position: String.Index
    /// Octets of the whole object.
    let octetCount: Int

    /// Takes a command that can be sent in parts.
    ///
    /// - Returns: `nil` for another command than Add and Replace, for several items and for data that is no text.
    init?(_ command: Command) {
        switch command {
        case .add(let edit), .replace(let edit): self.edit = edit
        default: return nil
        }
        guard edit.items.count == 1, let item = edit.items.first, case .text(let text)? = item.data, !text.isEmpty
        else {
            return nil
        }
        self.command = command
        self.text = text
        target = item.target
        meta = item.meta
        position = text.startIndex
        octetCount = text.utf8.count
    }

    /// Whether the last part was taken.
    var isAtEnd: Bool { position == text.endIndex }

    /// Octets of a part without its data.
    var overhead: Int { (try? part("", isLast: false).octetCount()) ?? 0 }

    /// Takes the next part.
    ///
    /// - Parameter room: octets that the command may have in XML.
    /// - Returns: `nil` when there is no room worth a part.
    mutating func next(room: Int) -> Command? {
        let room = room - overhead - Self.numberRoom
        guard room >= Self.smallestPart else { return nil }
        let end = endOfPart(room)
        let part = part(String(text[position..<end]), isLast: end == text.endIndex)
        position = end
        return part
    }

    /// Octets below which a part is not worth a message.
    static let smallestPart = 256
    /// Octets that a CmdID adds.
    private static let numberRoom = 32

    private func endOfPart(_ room: Int) -> String.Index {
        let scalars = text.unicodeScalars
        var left = room
        var end = position
        // Readers that trim data would lose white space at either end of a part.
        var good: String.Index?
        while end < scalars.endIndex {
            let cost = Self.cost(of: scalars[end])
            guard cost <= left else { return good ?? end }
            left -= cost
            let isSpace = scalars[end].properties.isWhitespace
            scalars.formIndex(after: &end)
            if !isSpace, end < scalars.endIndex, !scalars[end].properties.isWhitespace { good = end }
        }
        return end
    }

    /// Octets of a character in XML; the longest escapes have six.
    private static func cost(of scalar: Unicode.Scalar) -> Int {
        switch scalar {
        case "&", "<", ">", "\"", "'", "\r": 6
        default: UTF8.width(scalar)
        }
    }

    private func part(_ data: String, isLast: Bool) -> Command {
        var meta = meta
        if position == text.startIndex {
            meta = meta ?? Meta()
            meta?.size = UInt64(octetCount)
        }
        var edit = edit
        var item = Item(target: target, meta: meta, data: .text(data))
        item.moreData = !isLast
        edit.items = [item]
        if case .replace = command { return .replace(edit) }
        return .add(edit)
    }
}
