// SPDX-License-Identifier: Apache-2.0

/// What one session may cost the server.
public struct ManagementSessionLimits: Hashable, Sendable {
    /// Octets of one message to the device, in XML.
    ///
    /// WBXML is shorter. Windows takes 512 KiB, and a device may ask for less.
    public var messageOctets = 512 << 10
    /// Octets below which a device's MaxMsgSize is not followed, since no command fits.
    public static let smallestMessageOctets = 2048
    /// Octets of one object that the device sends in parts, and of all results of batches that have not ended.
    public var objectOctets = 8 << 20
    /// Messages of the device.
    ///
    /// A session with a hundred profiles has some ten; a keep-alive comes every few seconds for minutes.
    public var messages = 2000
    /// Answers that do not fit into one message and wait for the next; a message has up to 10,000 commands.
    public var owedStatuses = 20_000
    /// Octets of an identifier that is repeated to the device: SessionID, MsgID, CmdID.
    public static let identifierOctets = 64

    /// The default limits.
    public init() {}
}
