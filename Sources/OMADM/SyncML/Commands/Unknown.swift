// SPDX-License-Identifier: Apache-2.0

extension Command {
    /// An element that stands where a command is expected and is none of OMA-DM.
    ///
    /// What is inside is passed over; name and CmdID are enough to answer it with status 400.
    ///
    /// Source: OMA SyncML Representation Protocol 1.2, section 10, status 400.
    public struct Unknown: Hashable, Sendable {
        /// The local name of the element.
        public var name: String
        /// The CmdID when there is one.
        public var cmdID: String?

        /// Makes a value.
        ///
        /// - Parameters:
        ///   - name: the local name of the element.
        ///   - cmdID: the CmdID when there is one.
        public init(name: String, cmdID: String?) {
            self.name = name
            self.cmdID = cmdID
        }
    }
}

extension Command.Unknown {
    init(_ tag: SyncMLTag, from source: inout some SyncMLSource) throws(OMADMError) {
        self.init(name: tag == .unknown ? source.lastName : tag.name, cmdID: nil)
        while let child = try source.nextChild(ignoringText: true) {
            if child == .cmdID, cmdID == nil {
                cmdID = try source.readText()
            } else {
                try source.skip()
            }
        }
    }
}
