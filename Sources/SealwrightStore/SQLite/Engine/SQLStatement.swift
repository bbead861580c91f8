// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import GRDBSQLite
import PKIFormats
import SealwrightCore

/// A compiled statement.
///
/// Values are bound in the order of their question marks: `statement.bind(id).bind(now)`. Every run ends with the
/// statement reset and its values forgotten.
final class SQLStatement {
    private let statement: OpaquePointer
    private var position: Int32 = 0
    /// The first refusal of a bound value, such as one over SQLite's limit of 1,000,000,000 octets.
    private var refusal: Int32 = SQLITE_OK

    /// Compiles a statement for keeps.
    ///
    /// - Throws: ``StoreError`` when the text does not compile.
    init(_ sql: SQL, on connection: OpaquePointer) throws(StoreError) {
        var compiled: OpaquePointer?
        let result = sqlite3_prepare_v3(connection, sql.text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard result == SQLITE_OK, let compiled else { throw StoreError(connection, result) }
        self.statement = compiled
    }

    deinit { sqlite3_finalize(statement) }

    /// Begins anew with the first question mark, for a reader that bound values and then did not run.
    func forgetBindings() {
        position = 0
        refusal = SQLITE_OK
    }

    // MARK: Running

    /// Runs to the end, ignoring rows.
    func run() throws(StoreError) {
        defer { reset() }
        while try step() {}
    }

    /// Reads the first row, if there is one.
    func first<Value>(_ read: (inout SQLRow) throws(StoreError) -> Value) throws(StoreError) -> Value? {
        defer { reset() }
        guard try step() else { return nil }
        var row = SQLRow(statement)
        return try read(&row)
    }

    /// Reads every row.
    func all<Value>(_ read: (inout SQLRow) throws(StoreError) -> Value) throws(StoreError) -> [Value] {
        defer { reset() }
        var values: [Value] = []
        while try step() {
            var row = SQLRow(statement)
            values.append(try read(&row))
        }
        return values
    }

    /// Shows every row until `visit` says that it has seen enough by returning `false`.
    func forEach(_ visit: (inout SQLRow) throws(StoreError) -> Bool) throws(StoreError) {
        defer { reset() }
        while try step() {
            var row = SQLRow(statement)
            guard try visit(&row) else { return }
        }
    }

    private func step() throws(StoreError) -> Bool {
        let result = refusal == SQLITE_OK ? sqlite3_step(statement) : refusal
        switch result {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw StoreError(sqlite3_db_handle(statement), result)
        }
    }

    private func reset() {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        forgetBindings()
    }

    /// Binds the next question mark.
    private func next(_ bind: (OpaquePointer, Int32) -> Int32) -> Self {
        position += 1
        let result = bind(statement, position)
        if refusal == SQLITE_OK { refusal = result }
        return self
    }
}

// MARK: - Binding

extension SQLStatement {
    /// Binds a number.
    @discardableResult
    func bind(_ value: Int64?) -> Self {
        next { statement, position in
            value.map { sqlite3_bind_int64(statement, position, $0) } ?? sqlite3_bind_null(statement, position)
        }
    }

    /// Binds a count.
    @discardableResult
    func bind(_ value: Int?) -> Self { bind(value.map(Int64.init)) }

    /// Binds a moment, as seconds since 1970.
    @discardableResult
    func bind(_ value: Timestamp?) -> Self { bind(value?.seconds) }

    /// Binds text.
    @discardableResult
    func bind(_ value: String?) -> Self {
        next { statement, position in
            guard var value else { return sqlite3_bind_null(statement, position) }
            guard !value.isEmpty else { return sqlite3_bind_text(statement, position, "", 0, transient) }
            return value.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { text in
                    let encoding = UInt8(SQLITE_UTF8)
                    return sqlite3_bind_text64(
                        statement, position, text.baseAddress, UInt64(text.count), transient, encoding)
                }
            }
        }
    }

    /// Binds octets.
    @discardableResult
    func bind(_ value: [UInt8]?) -> Self {
        next { statement, position in
            guard let value else { return sqlite3_bind_null(statement, position) }
            // SQLite takes a blob without an address for NULL, and an empty array may have none.
            guard !value.isEmpty else { return sqlite3_bind_zeroblob(statement, position, 0) }
            return value.withUnsafeBytes { octets in
                sqlite3_bind_blob64(statement, position, octets.baseAddress, UInt64(octets.count), transient)
            }
        }
    }

    /// Binds a serial number.
    @discardableResult
    func bind(_ value: SerialNumber) -> Self { bind(value.storedOctets) }

    /// Binds an identifier or a word of a closed set by its text.
    @discardableResult
    func bind(_ value: (some RawRepresentable<String>)?) -> Self { bind(value?.rawValue) }
}

/// Tells SQLite to copy the value before the call returns.
private var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

extension SerialNumber {
    /// The octets as DER writes them, so that one number has one key whatever padding it was received with.
    var storedOctets: [UInt8] { Array(minimalOctets) }
}
