// SPDX-License-Identifier: Apache-2.0

/// A body in which a misspelt field would change what is done, so that it is told and not passed over.
///
/// For values whose fields have the names of their properties.
struct StrictBody<Value: Decodable>: Decodable {
    let value: Value
    /// Fields that are none of the value's, in the order of their names.
    let unknown: [String]

    init(from decoder: any Decoder) throws {
        value = try Value(from: decoder)
        let known = Set(Mirror(reflecting: value).children.compactMap(\.label))
        unknown = try decoder.container(keyedBy: FieldName.self).allKeys.map(\.stringValue)
            .filter { !known.contains($0) }.sorted()
    }

    /// Refuses a body with a field that is none.
    ///
    /// - Throws: ``ProblemDocument`` that names it.
    func refuseUnknown() throws {
        if let field = unknown.first { throw ProblemDocument.invalid(field, "is no field of this request") }
    }

    /// The name of a field, whatever it is.
    private struct FieldName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
