// SPDX-License-Identifier: Apache-2.0

/// Care of the store itself.
package protocol StoreMaintenance: Sendable {
    /// Writes a consistent copy of the whole store to a new file.
    func copy(toFile path: String) async throws(StoreError)
    /// Proves that a write can be made durable now.
    func checkWritable() async throws(StoreError)
    /// Closes; later calls fail with ``StoreError/unavailable(_:)``.
    func close() async
}
