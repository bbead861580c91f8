// SPDX-License-Identifier: Apache-2.0

/// Collects the commands of a message, numbers them and watches its size.
struct MessageBuilder {
    private(set) var commands: [Command] = []
    /// Octets the message may have, in XML.
    let limit: Int
    /// Octets so far, the elements around the commands included.
    private(set) var octets: Int
    private var lastID = 0

    /// Octets kept for the alerts of the session itself, which come last: two of some 60.
    static let reserve = 160

    /// Begins a message.
    ///
    /// - Parameters:
    ///   - hdr: its header.
    ///   - limit: octets it may have.
    init(_ hdr: SyncHdr, limit: Int) {
        self.limit = limit
        let empty = SyncML(hdr: hdr, body: SyncBody())
        octets = ((try? empty.serialize(as: .xml))?.count ?? 0) + Self.reserve
    }

    /// Octets that are left.
    var room: Int { max(0, limit - octets) }

    /// Appends a command whatever its size.
    ///
    /// - Returns: the CmdIDs it was given, its own first.
    @discardableResult
    mutating func append(_ command: Command) -> [String] {
        let numbered = command.numbered(behind: &lastID)
        commands.append(numbered.command)
        octets += (try? numbered.command.octetCount()) ?? 0
        return numbered.cmdIDs
    }

    /// Appends commands when all of them fit.
    ///
    /// - Returns: the CmdIDs they were given; `nil` when they do not fit.
    mutating func appendFitting(_ more: [Command]) -> [String]? {
        var last = lastID
        var numbered: [Command] = []
        var cmdIDs: [String] = []
        var size = 0
        for command in more {
            let next = command.numbered(behind: &last)
            guard let count = try? next.command.octetCount() else { return nil }
            size += count
            guard size <= room else { return nil }
            numbered.append(next.command)
            cmdIDs += next.cmdIDs
        }
        commands += numbered
        octets += size
        lastID = last
        return cmdIDs
    }
}
