// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Synchronization

/// The name that a caller gave an order in `Idempotency-Key`, by which he may send it again without ordering twice.
///
/// Source: draft-ietf-httpapi-idempotency-key-header, section 2.
struct IdempotencyKeyField: Hashable, Sendable {
    let text: String

    /// Characters of the longest one.
    static let limit = 255

    init(text: String) { self.text = text }

    /// The key of a request.
    ///
    /// The draft writes it as a string of RFC 8941, in quotes; without them it means the same, since most clients leave
    /// them out.
    ///
    /// - Returns: `nil` for a request without one.
    /// - Throws: ``ProblemDocument`` for one that is empty, too long, or more than one.
    init?(of request: Request) throws(ProblemDocument) {
        guard let field = request.field("Idempotency-Key") else { return nil }
        guard let text = Self.unquoted(field), (1...Self.limit).contains(text.utf8.count) else {
            throw .invalid(
                "Idempotency-Key", "is not one key of 1 to \(Self.limit) visible characters, with or without quotes")
        }
        self.text = text
    }

    /// The key without the quotes around it; `nil` for what is neither a string nor a token.
    ///
    /// Source: RFC 8941, section 3.3.3.
    private static func unquoted(_ field: String) -> String? {
        let field = field.utf8
        guard field.first == UInt8(ascii: "\"") else {
            let separators: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";")]
            let isToken = field.allSatisfy { (0x21...0x7E).contains($0) && !separators.contains($0) }
            return isToken ? String(field) : nil
        }
        var text: [UInt8] = []
        var rest = field.dropFirst()
        while let octet = rest.popFirst() {
            switch octet {
            case UInt8(ascii: "\""): return rest.isEmpty ? String(decoding: text, as: UTF8.self) : nil
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(), [UInt8(ascii: "\""), UInt8(ascii: "\\")].contains(escaped) else {
                    return nil
                }
                text.append(escaped)
            case 0x20...0x7E: text.append(octet)
            default: return nil
            }
        }
        return nil
    }
}

/// The keys whose orders are being carried out in this process, which is the only one that writes to the store.
final class OrdersUnderWay: Sendable {
    private let keys = Mutex<Set<IdempotencyKeyField>>([])

    /// Carries out an order under its key, or refuses it while another of the same key is under way.
    ///
    /// - Throws: ``ProblemDocument`` 409, and what the work throws.
    func carryOut<Value: Sendable>(_ key: IdempotencyKeyField, _ work: () async throws -> Value) async throws -> Value {
        guard keys.withLock({ $0.insert(key).inserted }) else {
            throw ProblemDocument(
                code: "api.idempotency-key-in-flight", status: .conflict,
                detail: "an order with this Idempotency-Key is being carried out")
        }
        defer { keys.withLock { _ = $0.remove(key) } }
        return try await work()
    }
}
