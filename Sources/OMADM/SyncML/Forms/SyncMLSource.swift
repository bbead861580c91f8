// SPDX-License-Identifier: Apache-2.0

/// Where the elements of a message are read from, whatever their form on the wire.
///
/// The reader stands inside one element and goes through its children; what reads a child leaves the reader behind it.
protocol SyncMLSource {
    /// Commands that may still be read.
    var commandsLeft: Int { get set }

    /// The local name of the last element, for errors and for what is answered to an unknown one.
    var lastName: String { get }

    /// Goes into the root element.
    mutating func nextRoot() throws(OMADMError) -> SyncMLTag

    /// Reads to the end of the document.
    ///
    /// - Throws: ``OMADMError`` when there is more than the root element.
    mutating func finish() throws(OMADMError)

    /// Goes into the next child; `nil` at the end of the element.
    ///
    /// - Parameter ignoringText: whether text between children is passed over instead of refused.
    /// - Returns: the child.
    /// - Throws: ``OMADMError`` for text between children and for broken octets.
    mutating func nextChild(ignoringText: Bool) throws(OMADMError) -> SyncMLTag?

    /// Reads the text of the element just entered, up to its end, white space at both ends removed.
    mutating func readText() throws(OMADMError) -> String

    /// Reads the content of a Data element just entered, up to its end.
    mutating func readData() throws(OMADMError) -> ItemData

    /// Passes over the element just entered.
    mutating func skip() throws(OMADMError)
}

extension SyncMLSource {
    /// Goes into the next child; `nil` at the end of the element.
    ///
    /// - Throws: ``OMADMError`` for text between children and for broken octets.
    mutating func nextChild() throws(OMADMError) -> SyncMLTag? { try nextChild(ignoringText: false) }

    /// Reads the text of an element that may stand once.
    mutating func readText(_ tag: SyncMLTag, onceFor old: String?) throws(OMADMError) -> String {
        guard old == nil else { throw .repeated(tag.name) }
        return try readText()
    }

    /// Reads a number of an element that may stand once.
    ///
    /// - Throws: ``OMADMError/malformed(_:reason:)`` when the text is no decimal number of the type.
    mutating func readNumber<Number: FixedWidthInteger>(
        _ tag: SyncMLTag, onceFor old: Number?
    ) throws(OMADMError) -> Number {
        guard old == nil else { throw .repeated(tag.name) }
        guard let number = Number(try readText()) else { throw .malformed(tag.name, reason: "not a decimal number") }
        return number
    }

    /// Reads an element that is said by standing there.
    mutating func readFlag() throws(OMADMError) -> Bool {
        try skip()
        return true
    }

    /// What is thrown for the element just entered when it does not belong where it stands.
    func unexpected(_ tag: SyncMLTag) -> OMADMError {
        .unexpectedElement(tag == .unknown ? lastName : tag.name)
    }

    /// Takes one command out of the budget.
    mutating func countCommand() throws(OMADMError) {
        guard commandsLeft > 0 else { throw .limitExceeded("commands of a message", limit: MessageLimits.commands) }
        commandsLeft -= 1
    }
}
