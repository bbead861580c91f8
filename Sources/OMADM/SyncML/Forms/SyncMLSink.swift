// SPDX-License-Identifier: Apache-2.0

/// Where the elements of a message are written to, whatever their form on the wire.
protocol SyncMLSink {
    /// Writes the start of an element that has children.
    mutating func open(_ tag: SyncMLTag)

    /// Writes the end of an element.
    mutating func close(_ tag: SyncMLTag)

    /// Writes an element without content.
    mutating func empty(_ tag: SyncMLTag)

    /// Writes an element that holds text.
    ///
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for text that the form cannot carry.
    mutating func element(_ tag: SyncMLTag, _ text: String) throws(OMADMError)

    /// Writes a Data element.
    ///
    /// - Parameters:
    ///   - data: its content.
    ///   - isObject: whether it belongs to an Item of Add or Replace.
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` for data that the form cannot carry.
    mutating func data(_ data: ItemData, isObject: Bool) throws(OMADMError)

    /// Writes an element that is no command of OMA-DM.
    ///
    /// - Throws: ``OMADMError/unwritable(_:reason:)``, but where people read what is written.
    mutating func unknown(_ command: Command.Unknown) throws(OMADMError)
}

extension SyncMLSink {
    mutating func unknown(_ command: Command.Unknown) throws(OMADMError) {
        throw .unwritable(command.name, reason: "it is no command of OMA-DM")
    }

    /// Writes an element when there is a text for it.
    mutating func element(_ tag: SyncMLTag, ifPresent text: String?) throws(OMADMError) {
        if let text { try element(tag, text) }
    }

    /// Writes an element when there is a number for it.
    mutating func element(_ tag: SyncMLTag, ifPresent number: (some FixedWidthInteger)?) throws(OMADMError) {
        if let number { try element(tag, String(number)) }
    }

    /// Writes an element without content when it is said.
    mutating func flag(_ tag: SyncMLTag, _ isSaid: Bool) {
        if isSaid { empty(tag) }
    }
}
