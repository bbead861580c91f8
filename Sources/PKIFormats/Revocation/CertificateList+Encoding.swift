// SPDX-License-Identifier: Apache-2.0

extension CertificateList {
    /// What around the lines is not in the form that RFC 5280 asks for, as a predicate; `nil` when nothing is.
    ///
    /// The lines themselves are not walked over: there may be a million.
    ///
    /// Source: RFC 5280, sections 5.1, 5.1.2.4 and 5.1.2.5.
    package var encodingDeviation: String? {
        let notDER = "is not in DER"
        guard let outer = try? ASN1Element(parsing: encoded, rules: .der), var parts = try? outer.fields(),
            let tbs = try? parts.next(.sequence), (try? parts.next()) != nil, (try? parts.next()) != nil,
            var fields = try? tbs.fields()
        else { return notDER }
        while !fields.isAtEnd {
            guard let field = try? fields.next() else { return notDER }
            guard field.tag == .utcTime || field.tag == .generalizedTime else { continue }
            guard let moment = try? Timestamp(parsing: field), moment.isProper(field) else {
                return "has a time that is not in the form RFC 5280 asks for"
            }
        }
        return nil
    }
}
