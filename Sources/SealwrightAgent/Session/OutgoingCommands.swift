// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Commands of an answer that do not all fit into one message of the size the server takes.
///
/// They go out in order, a message for as many as fit, without Final until the last. A Results that does not fit by
/// itself is split between its items, and an item that does not fit into parts: the first with the size of the whole,
/// all but the last with MoreData.
///
/// Source: OMA Device Management Protocol 1.2, sections 6.5 and 8.5; OMA SyncML Meta-Information 1.2, MaxMsgSize.
struct OutgoingCommands: Hashable, Sendable {
    /// What has not been sent.
    private(set) var waiting: [Command] = []
    /// Whether the first of them begins with the rest of an object whose size was told.
    private var isInsideObject = false

    /// Octets a message has at the least, whatever the server says: less holds no address.
    fileprivate static let leastSize = 2_048

    /// Whether nothing waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// Puts commands behind those that wait.
    mutating func append(_ commands: [Command]) { waiting += commands }

    /// Takes what fits into the next message.
    ///
    /// - Parameters:
    ///   - limit: octets of the message in XML; `nil` for any number.
    ///   - hdr: its header.
    /// - Returns: the commands, numbered from 1; at least one when any waits.
    mutating func next(within limit: UInt64?, _ hdr: SyncHdr) -> [Command] {
        guard let limit else {
            defer { self = OutgoingCommands() }
            return Self.numbered(waiting)
        }
        var room = Int(clamping: max(limit, UInt64(Self.leastSize))) - Self.size(of: [], hdr)
        var taken: [Command] = []
        var position = 0
        while position < waiting.count {
            let command = waiting[position]
            let size = Self.size(of: [command], hdr) - Self.size(of: [], hdr) + Self.numberSize
            if size <= room {
                taken.append(command)
                room -= size
                position += 1
                isInsideObject = false
                continue
            }
            if let (part, rest, isInside) = Self.split(command, room, hdr, isInsideObject: isInsideObject) {
                taken.append(part)
                waiting[position] = rest
                isInsideObject = isInside
            } else if taken.isEmpty {
                taken.append(command)
                position += 1
                isInsideObject = false
            }
            break
        }
        waiting.removeFirst(position)
        return Self.numbered(taken)
    }

    /// The digits that renumbering may add.
    private static let numberSize = 8

    private static func numbered(_ commands: [Command]) -> [Command] {
        commands.enumerated().map { $1.numbered(String($0 + 1)) }
    }

    /// Octets of a message in XML, which is the longer form.
    private static func size(of commands: [Command], _ hdr: SyncHdr) -> Int {
        let message = SyncML(hdr: hdr, body: SyncBody(commands: commands, isFinal: true))
        return (try? message.serialize(as: .xml))?.count ?? 0
    }

    /// A Results in two: as much as fits, and the rest with whether that is inside an object; `nil` when nothing fits or
    /// it is another command.
    private static func split(
        _ command: Command, _ room: Int, _ hdr: SyncHdr, isInsideObject: Bool
    ) -> (Command, Command, Bool)? {
        guard case .results(let results) = command else { return nil }
        func size(_ items: [Item]) -> Int {
            var part = results
            part.items = items
            return Self.size(of: [.results(part)], hdr) - Self.size(of: [], hdr) + numberSize
        }
        var fitting = 0
        var used = size([])
        for item in results.items {
            let more = size([item]) - size([])
            guard used + more <= room else { break }
            used += more
            fitting += 1
        }
        var (part, rest) = (results, results)
        part.items = Array(results.items.prefix(fitting))
        rest.items = Array(results.items.dropFirst(fitting))
        if fitting > 0 { return (.results(part), .results(rest), false) }
        guard let item = results.items.first,
            let (head, tail) = split(item, room, size, isInsideObject: isInsideObject)
        else { return nil }
        part.items = [head]
        rest.items = [tail] + results.items.dropFirst()
        return (.results(part), .results(rest), true)
    }

    /// An item in two parts of one large object.
    private static func split(
        _ item: Item, _ room: Int, _ size: ([Item]) -> Int, isInsideObject: Bool
    ) -> (Item, Item)? {
        guard case .text(let text)? = item.data else { return nil }
        var head = item
        head.data = nil
        head.moreData = true
        if !isInsideObject {
            var meta = item.meta ?? Meta()
            meta.size = UInt64(text.utf8.count)
            head.meta = meta
        }
        var left = room - size([head]) - "<Data></Data>".utf8.count
        guard left >= leastPart else { return nil }
        var end = text.startIndex
        while end < text.endIndex {
            let cost = Self.cost(of: text[end])
            guard cost <= left else { break }
            left -= cost
            end = text.index(after: end)
        }
        guard end > text.startIndex, end < text.endIndex else { return nil }
        head.data = .text(String(text[..<end]))
        var tail = item
        tail.data = .text(String(text[end...]))
        return (head, tail)
    }

    /// Octets of data for which a part of its own is worth a message.
    private static let leastPart = 256

    /// The octets of a character in XML.
    private static func cost(of character: Character) -> Int {
        character.utf8.reduce(0) { sum, octet in
            switch octet {
            case 0x26, 0x3C, 0x3E, 0x0D: sum + 5
            default: sum + 1
            }
        }
    }
}
