// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// A verb that waits for the writer, with its result's type closed over.
struct PendingWrite: Sendable {
    /// A probe is tried even while other verbs are refused.
    let isProbe: Bool
    /// Runs the verb.
    ///
    /// It may be run again, after its first run was rolled back.
    let attempt: @Sendable (WriteSession) -> Attempt
    /// Tells the caller that nothing of the verb is stored, and why.
    let refuse: @Sendable (StoreError) -> Void

    /// What a verb came to before the commit.
    struct Attempt {
        /// The verb's own failure.
        let error: StoreError?
        /// Tells the caller the outcome, once it is durable; or the verb's own failure.
        let settle: () -> Void
    }

    init<Value: Sendable>(
        isProbe: Bool = false, _ verb: @escaping @Sendable (WriteSession) throws(StoreError) -> Value,
        completion: @escaping @Sendable (Result<Value, StoreError>) -> Void
    ) {
        self.isProbe = isProbe
        self.refuse = { completion(.failure($0)) }
        self.attempt = { session in
            do throws(StoreError) {
                let value = try verb(session)
                return Attempt(error: nil) { completion(.success(value)) }
            } catch {
                return Attempt(error: error) { completion(.failure(error)) }
            }
        }
    }
}
