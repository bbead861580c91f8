// SPDX-License-Identifier: Apache-2.0

/// Why the middle did not do what it was asked: the request's fault or ours.
package enum EnrollmentRefusal: Error, Hashable, Sendable {
    /// The request was judged and refused.
    case denied(DenialReason)
    /// It could not be judged or carried out now.
    case unavailable(Unavailability)

    /// The outcome that tells it.
    var outcome: IssuanceOutcome {
        switch self {
        case .denied(let reason): .denied(reason)
        case .unavailable(let cause): .unavailable(cause)
        }
    }

    /// Asks the store and tells its failure as ours.
    static func storing<Value>(
        _ work: () async throws(StoreError) -> Value
    ) async throws(EnrollmentRefusal) -> Value {
        do { return try await work() } catch { throw .unavailable(.store(error)) }
    }

    /// Judges something and tells a denial as a refusal.
    static func judging<Value>(_ work: () throws(DenialReason) -> Value) throws(EnrollmentRefusal) -> Value {
        do { return try work() } catch { throw .denied(error) }
    }
}

extension EnrollmentRefusal: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .denied(let reason): reason.sentence
        case .unavailable(let cause): cause.description
        }
    }
}
