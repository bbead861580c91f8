// SPDX-License-Identifier: Apache-2.0

/// Waits until something that others do has come about.
///
/// Looks again and again. On a busy machine everything takes longer than usual; only what never comes takes the whole
/// time.
///
/// - Returns: whether it came about.
package func eventually(
    within seconds: Double = 60, _ hasCome: () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !hasCome() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}
