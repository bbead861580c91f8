// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// A body in which a misspelt or empty field would change what is done, so that it is told and not passed over.
///
/// For values whose fields have the names of their properties.
struct StrictBody<Value: Decodable>: Decodable {
    let value: Value
    /// Fields that are none of the value's, in the order of their names.
    let unknown: [String]
    /// Fields that are null, in the order of their names.
    let nulls: [String]

    init(from decoder: any Decoder) throws {
        value = try Value(from: decoder)
        let known = Set(Mirror(reflecting: value).children.compactMap(\.label))
        let container = try decoder.container(keyedBy: FieldName.self)
        let keys = container.allKeys.sorted { $0.stringValue < $1.stringValue }
        unknown = keys.map(\.stringValue).filter { !known.contains($0) }
        nulls = try keys.filter { try container.decodeNil(forKey: $0) }.map(\.stringValue)
    }

    /// Refuses a body with a field that is none, or one whose value was lost on the way here.
    ///
    /// - Throws: ``ProblemDocument`` that names it.
    func refuseUnknown() throws {
        if let field = unknown.first { throw ProblemDocument.invalid(field, "is no field of this request") }
        if let field = nulls.first { throw ProblemDocument.invalid(field, "is null; leave it out to go without it") }
    }

    /// The name of a field, whatever it is.
    private struct FieldName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// The body of a request that nothing can be added to: none at all, or an object without members.
private struct NoFields: Decodable {}

extension Request {
    /// Refuses a body in which anything stands, because nothing of it would be done.
    ///
    /// - Throws: ``ProblemDocument`` that names the first field.
    func demandNoFields() async throws { _ = try await json(NoFields.self) }
}
