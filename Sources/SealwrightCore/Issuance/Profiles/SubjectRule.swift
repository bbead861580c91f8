// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Which subjects a profile accepts.
package struct SubjectRule: Sendable, Hashable, Codable {
    /// Whether the subject may be empty when there is an alternative name.
    package var mayBeEmpty: Bool
    /// Attributes that must be there.
    package var required: [OID]
    /// Attributes that may be there; `nil` for any.
    package var allowed: [OID]?

    package init(mayBeEmpty: Bool = false, required: [OID] = [], allowed: [OID]? = nil) {
        self.mayBeEmpty = mayBeEmpty
        self.required = required
        self.allowed = allowed
    }

    /// The subject as it goes into the certificate: string types put right, received octets kept where they are right.
    ///
    /// - Throws: ``DenialReason/subjectNotAllowed(_:)``, which names the attribute.
    func granted(_ subject: DistinguishedName, hasAlternativeNames: Bool) throws(DenialReason) -> DistinguishedName {
        if subject.isEmpty {
            guard mayBeEmpty, hasAlternativeNames else { throw .subjectNotAllowed("it is empty") }
        }
        for type in required where !subject.attributes.contains(where: { $0.type == type }) {
            throw .subjectNotAllowed("\(type.nameOrDotted) is missing")
        }
        if let allowed {
            for attribute in subject.attributes where !allowed.contains(attribute.type) {
                throw .subjectNotAllowed("\(attribute.typeName) may not be there")
            }
        }
        let domain = subject.domain
        // Underscores are no fault here: directories have such domains, and a domainComponent is any IA5String.
        if !domain.isEmpty, let fault = HostNames.fault(ofDomain: domain, allowsUnderscores: true) {
            throw .subjectNotAllowed("domainComponent makes \(domain): \(fault)")
        }
        do {
            return try subject.reencodedForIssuance()
        } catch {
            throw .subjectNotAllowed("\(error)")
        }
    }
}

extension DistinguishedName {
    /// The domain name that the domainComponents make, most specific first; empty without any.
    ///
    /// Source: RFC 2247, section 3.
    fileprivate var domain: String { texts(of: .domainComponent).reversed().joined(separator: ".") }

    /// The mail addresses in the name.
    ///
    /// Each must be an alternative name too.
    ///
    /// Source: RFC 5280, section 4.1.2.6.
    var mailAddresses: [String] { texts(of: .emailAddress) }

    private func texts(of type: OID) -> [String] {
        attributes.lazy.filter { $0.type == type }.compactMap(\.text)
    }
}
