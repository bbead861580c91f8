// SPDX-License-Identifier: Apache-2.0

import GRDBSQLite
import PKIFormats
import SealwrightCore

/// One row of an answer, read column by column from the left.
struct SQLRow {
    private let statement: OpaquePointer
    private var column: Int32 = 0

    init(_ statement: OpaquePointer) { self.statement = statement }

    /// A number; NULL is 0.
    mutating func int() -> Int64 { sqlite3_column_int64(statement, next()) }

    /// A number or NULL.
    mutating func optionalInt() -> Int64? {
        let column = next()
        return isNull(column) ? nil : sqlite3_column_int64(statement, column)
    }

    /// A moment.
    mutating func moment() -> Timestamp { Timestamp(seconds: int()) }

    /// A moment or NULL.
    mutating func optionalMoment() -> Timestamp? { optionalInt().map(Timestamp.init(seconds:)) }

    /// Text; NULL is empty.
    mutating func text() -> String { text(next()) ?? "" }

    /// Text or NULL.
    mutating func optionalText() -> String? { text(next()) }

    /// Octets; NULL is none.
    mutating func octets() -> [UInt8] { octets(next()) }

    /// Octets or NULL.
    mutating func optionalOctets() -> [UInt8]? {
        let column = next()
        return isNull(column) ? nil : octets(column)
    }

    /// Shows octets where they lie, without a copy.
    mutating func withOctets<Value>(_ look: (UnsafeRawBufferPointer) -> Value) -> Value {
        let column = next()
        let start = sqlite3_column_blob(statement, column)
        return look(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// A word of a closed set.
    ///
    /// - Throws: ``StoreError/corrupted(_:)`` when the set has no such word.
    mutating func word<Word: RawRepresentable<String>>(_ type: Word.Type = Word.self) throws(StoreError) -> Word {
        let text = text()
        guard let word = Word(rawValue: text) else {
            throw .corrupted("the database holds \"\(text)\" where one of \(Word.self) must stand")
        }
        return word
    }

    /// An identifier or NULL.
    mutating func optionalName<Name: RawRepresentable<String>>(_ type: Name.Type = Name.self) -> Name? {
        optionalText().flatMap(Name.init(rawValue:))
    }

    /// A serial number.
    mutating func serial() -> SerialNumber { SerialNumber(octets: octets()) }

    /// Passes a column by.
    mutating func skip(_ count: Int32 = 1) { column += count }

    private mutating func next() -> Int32 {
        defer { column += 1 }
        return column
    }

    private func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    private func text(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(statement, column) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private func octets(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
