// SPDX-License-Identifier: Apache-2.0

/// Care of the store itself.
package protocol StoreMaintenance: Sendable {
    /// Writes a consistent copy of the whole store to a new file.
    func copy(toFile path: String) async throws(StoreError)
    /// Proves that a write can be made durable now.
    func checkWritable() async throws(StoreError)
    /// Reads all that is stored, to see whether it still has the form it was written in.
    ///
    /// Takes seconds with a million rows, beside which reads and writes go on.
    ///
    /// - Throws: ``StoreError/corrupted(_:)`` with the first finding.
    func checkPages() async throws(StoreError)
    /// Closes; later calls fail with ``StoreError/unavailable(_:)``.
    func close() async
}
