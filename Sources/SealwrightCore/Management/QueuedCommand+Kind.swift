// SPDX-License-Identifier: Apache-2.0

extension QueuedCommand {
    /// What made a command; its end is understood by it.
    ///
    /// Kept as a word, so that one of another version stays what it is.
    package struct Kind: RawRepresentable, Hashable, Sendable, Codable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// An order for a certificate by SCEP.
        package static let scep = Self(rawValue: "scep")
        /// A certificate that comes with its key.
        package static let pfx = Self(rawValue: "pfx")
        /// What takes a certificate off a device, which ``QueuedCommand/installation`` names.
        package static let removal = Self(rawValue: "removal")
        /// An authority for the device to trust.
        package static let root = Self(rawValue: "root")
        /// A question, which changes nothing.
        package static let query = Self(rawValue: "query")
        /// Commands that somebody wrote by hand, and such as no other kind is for.
        package static let command = Self(rawValue: "command")
        /// When the device is to come by itself.
        package static let poll = Self(rawValue: "poll")
        /// The order to renew the management certificate, by which such a renewal is let in before its time.
        package static let renewal = Self(rawValue: "renewal")
        /// The order to leave management.
        package static let unenroll = Self(rawValue: "unenroll")
    }
}
