// SPDX-License-Identifier: Apache-2.0

/// The text of a statement.
///
/// Only literals of this program can become one, so that no value is ever spliced into SQL: the compiler refuses
/// interpolation, because the literal is a `StaticString`.
struct SQL: Sendable, ExpressibleByStringLiteral {
    let text: String
    /// Computed once: looking up a compiled statement then costs no hashing of the whole text.
    private let textHash: Int

    init(stringLiteral value: StaticString) { self.init(joined: value.description) }

    private init(joined text: String) {
        self.text = text
        self.textHash = text.hashValue
    }

    /// Joins two literals with a space.
    static func + (left: SQL, right: SQL) -> SQL { SQL(joined: left.text + " " + right.text) }
}

extension SQL: Hashable {
    static func == (left: SQL, right: SQL) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(textHash) }
}
