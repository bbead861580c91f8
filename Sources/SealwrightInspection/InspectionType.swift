// SPDX-License-Identifier: Apache-2.0

/// What an input is.
package enum InspectionType: String, CaseIterable, Sendable, Codable {
    case certificate
    /// A certification request, PKCS#10.
    case csr
    case crl
    case ocspRequest = "ocsp-request"
    case ocspResponse = "ocsp-response"
    /// A CMS message other than SCEP's, also a PKCS#7 that only holds certificates.
    case cms
    /// A SCEP message, request or reply.
    case scep
    /// A private key in the clear: PKCS#8, PKCS#1 or SEC 1.
    case privateKey = "private-key"
    /// A private key under a password.
    case encryptedPrivateKey = "encrypted-private-key"
    case publicKey = "public-key"
    /// PKCS#12: keys and certificates under a password.
    case pkcs12
    /// Several PEM blocks.
    case bundle
    /// The answer to GetCACaps.
    case capabilities

    /// The name for people.
    package var name: String {
        switch self {
        case .certificate: "certificate"
        case .csr: "certification request"
        case .crl: "CRL"
        case .ocspRequest: "OCSP request"
        case .ocspResponse: "OCSP response"
        case .cms: "CMS message"
        case .scep: "SCEP message"
        case .privateKey: "private key"
        case .encryptedPrivateKey: "encrypted private key"
        case .publicKey: "public key"
        case .pkcs12: "PKCS#12 file"
        case .bundle: "PEM bundle"
        case .capabilities: "list of SCEP capabilities"
        }
    }

    /// The type that a word on the command line means: its own name or a usual abbreviation, in any case.
    ///
    /// `ocsp` means either kind of OCSP message; which one it is shows.
    package init?(argument: some StringProtocol) {
        let word = argument.lowercased()
        if let type = Self(rawValue: word) ?? Self.abbreviations[word] {
            self = type
        } else {
            return nil
        }
    }

    /// Every word ``init(argument:)`` knows.
    package static var arguments: [String] {
        (allCases.map(\.rawValue) + abbreviations.keys).sorted()
    }

    private static let abbreviations: [String: InspectionType] = [
        "cert": .certificate, "crt": .certificate, "request": .csr, "p10": .csr, "ocsp": .ocspResponse, "p7": .cms,
        "p7b": .cms, "pkcs7": .cms, "key": .privateKey, "p8": .privateKey, "pkcs8": .privateKey, "pem": .bundle,
        "caps": .capabilities, "p12": .pkcs12, "pfx": .pkcs12,
    ]

    /// Whether an input of the type that its structure shows may be read when this type was asked for.
    func admits(_ shown: InspectionType) -> Bool {
        switch (self, shown) {
        case (.ocspRequest, .ocspResponse), (.ocspResponse, .ocspRequest): true
        case (.privateKey, .encryptedPrivateKey), (.encryptedPrivateKey, .privateKey): true
        default: self == shown
        }
    }
}
