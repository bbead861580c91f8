// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The answer to a question about a value that never changes, asked at most once.
///
/// It is no part of the value: any two are equal.
struct RememberedProof: Hashable, Sendable {
    private final class Memory: Sendable {
        /// Guards the answer; `nil` until the question was asked.
        let answer = Mutex<Bool?>(nil)
    }

    private let memory = Memory()

    func answer(_ question: () -> Bool) -> Bool {
        memory.answer.withLock { answer in
            if let answer { return answer }
            let found = question()
            answer = found
            return found
        }
    }

    static func == (left: RememberedProof, right: RememberedProof) -> Bool { true }

    func hash(into hasher: inout Hasher) {}
}
