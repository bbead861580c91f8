// SPDX-License-Identifier: Apache-2.0

import GRDB
import SealwrightCore

extension Configuration {
    /// How every connection of ours is set up.
    static func sealwright(isReadOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "sealwright.store"
        configuration.readonly = isReadOnly
        configuration.foreignKeysEnabled = true
        // For the moments in which a checkpoint or a backup of another process holds a lock.
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            // Savepoints keep copies of the pages they change; those belong in memory, not in temporary files.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            // In KiB. Readers keep little: their cache is void after each commit, and the system's serves them.
            let isReader = database.configuration.readonly
            try database.execute(sql: isReader ? "PRAGMA cache_size = -1024" : "PRAGMA cache_size = -16384")
        }
        return configuration
    }
}

extension Database {
    /// The connection under GRDB's object.
    ///
    /// - Throws: ``StoreError/closed``.
    func borrowedConnection() throws(StoreError) -> SQLConnection {
        guard let handle = sqliteConnection else { throw .closed }
        return SQLConnection(handle)
    }
}
