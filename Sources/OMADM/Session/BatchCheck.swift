// SPDX-License-Identifier: Apache-2.0

/// Sees whether a batch can be sent at all.
struct BatchCheck {
    /// Octets that a message has for commands.
    let room: Int
    /// Octets of the largest object that the device takes, when it said so.
    let objectLimit: UInt64?

    /// Octets by which CmdIDs can make a command longer than it was in the queue: five digits and a pair of tags.
    static let numberRoom = 32

    /// The outcome of a batch that cannot be sent; `nil` for one that can.
    func refusal(of batch: CommandBatch) -> BatchOutcome? {
        guard let (index, reason) = reason(batch) else { return nil }
        let limitCodes: StatusCode? =
            switch reason {
            case .tooLarge, .objectTooLarge: .requestEntityTooLarge
            case .empty, .notACommand, .unwritable: nil
            }
        let statuses = batch.commands.enumerated().map { position, command in
            CommandStatus(
                command: command.name, locURI: command.items.count == 1 ? command.items.first?.target?.locURI : nil,
                code: position == index ? limitCodes : nil)
        }
        return BatchOutcome(
            id: batch.id, statuses: statuses, toleratedCodes: batch.toleratedCodes, refusal: reason)
    }

    private func reason(_ batch: CommandBatch) -> (index: Int, BatchOutcome.Refusal)? {
        guard !batch.commands.isEmpty else { return (0, .empty) }
        for (index, command) in batch.commands.enumerated() {
            if let stranger = command.withDescendants.first(where: { !$0.isSentByServers }) {
                return (index, .notACommand(stranger.name))
            }
            do throws(OMADMError) {
                if let refusal = try reason(command) { return (index, refusal) }
            } catch {
                return (index, .unwritable(error))
            }
        }
        return nil
    }

    private func reason(_ command: Command) throws(OMADMError) -> BatchOutcome.Refusal? {
        if let objectLimit {
            let limit = Int(clamping: objectLimit)
            let sizes = command.withDescendants.flatMap(\.items).compactMap { $0.data?.text?.utf8.count }
            if let size = sizes.max(), size > limit { return .objectTooLarge(octets: size, limit: limit) }
        }
        let octets = try command.octetCount() + Self.numberRoom * command.withDescendants.count
        guard octets > room else { return nil }
        let isInParts = OutgoingObject(command).map { $0.overhead + 2 * OutgoingObject.smallestPart <= room } ?? false
        return isInParts ? nil : .tooLarge(octets: octets, limit: room)
    }
}

extension CommandBatch {
    /// The name of the first element in a list of commands that a server does not send; groups are looked into.
    ///
    /// A Status, for one: a batch with such an element is refused when it is to be sent.
    ///
    /// - Parameter commands: the commands.
    /// - Returns: `nil` when a server sends all of them.
    public static func stranger(among commands: [Command]) -> String? {
        commands.flatMap(\.withDescendants).first { !$0.isSentByServers }?.name
    }
}

extension Command {
    /// Whether a server sends it to a device.
    fileprivate var isSentByServers: Bool {
        switch self {
        case .add, .replace, .copy, .get, .delete, .exec, .alert, .atomic, .sequence: true
        case .status, .results, .unknown: false
        }
    }
}
