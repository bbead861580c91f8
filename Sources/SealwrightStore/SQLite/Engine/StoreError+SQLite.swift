// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import SealwrightCore

extension StoreError {
    /// What a result code of SQLite means to an operator.
    init(_ connection: OpaquePointer?, _ result: Int32) {
        let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        self.init(result: result, message: message ?? "no further detail")
    }

    /// What an error of GRDB, or any other on the way to the file, means to an operator.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            self.init(result: error.extendedResultCode.rawValue, message: error.message ?? "no further detail")
        default: self = .unavailable("the database cannot be used: \(error)")
        }
    }

    private init(result: Int32, message: String) {
        let detail = "(SQLite \(result): \(message))"
        switch result & 0xFF {
        case SQLITE_FULL: self = .unavailable("the disk is full; free some space and try again \(detail)")
        case SQLITE_BUSY, SQLITE_LOCKED:
            self = .unavailable("another process has locked the database; end it and try again \(detail)")
        case SQLITE_IOERR: self = .unavailable("the disk does not read or write; look at the system's log \(detail)")
        case SQLITE_CANTOPEN:
            self = .unavailable("the database file cannot be opened; check the folder and its rights \(detail)")
        case SQLITE_READONLY, SQLITE_PERM:
            self = .unavailable("the database file cannot be written; check its owner and rights \(detail)")
        case SQLITE_CORRUPT: self = .corrupted("the database file is damaged; restore a backup \(detail)")
        case SQLITE_NOTADB: self = .corrupted("the file is no database \(detail)")
        case SQLITE_CONSTRAINT: self = .corrupted("the change contradicts what is stored \(detail)")
        default: self = .unavailable("the database refused \(detail)")
        }
    }
}
