// SPDX-License-Identifier: Apache-2.0

/// The commands of a message.
///
/// ```
/// SyncBody: (Alert | Atomic | Copy | Exec | Get | Results | Sequence | Status | Add | Replace | Delete)*, Final?
/// ```
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.3.2; MS-MDM, section 2.2.4.3.
public struct SyncBody: Hashable, Sendable {
    /// The commands in the order they are to be answered.
    public var commands: [Command]
    /// Whether the message is the last of its package.
    ///
    /// Without it, the other side answers with Alert 1222 and waits for more.
    public var isFinal: Bool

    /// Makes a body.
    ///
    /// - Parameters:
    ///   - commands: the commands.
    ///   - isFinal: whether the message is the last of its package.
    public init(commands: [Command] = [], isFinal: Bool = true) {
        self.commands = commands
        self.isFinal = isFinal
    }
}

extension SyncBody {
    init(from source: inout some SyncMLSource) throws(OMADMError) {
        (commands, isFinal) = ([], false)
        while let child = try source.nextChild() {
            if child == .final {
                isFinal = try source.readFlag()
            } else {
                commands.append(try Command(child, from: &source))
            }
        }
    }

    func write(to sink: inout some SyncMLSink) throws(OMADMError) {
        guard isFinal || !commands.isEmpty else { return sink.empty(.syncBody) }
        sink.open(.syncBody)
        for command in commands { try command.write(to: &sink) }
        sink.flag(.final, isFinal)
        sink.close(.syncBody)
    }
}
