// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Something to check: certificates, and where they come from.
package struct CheckSubject: Sendable {
    /// Where it comes from.
    package enum Origin: Sendable {
        /// A file.
        case file(FileFacts)
        /// A server that was connected to.
        case endpoint(ObservedEndpoint)
        /// A certificate that an installation holds.
        case held
    }

    /// A path, `HOST:PORT` or a serial number.
    package let name: String
    /// The same as a URI.
    package let uri: String
    package let origin: Origin
    /// The certificate to judge.
    package let leaf: CertificateView
    /// Every certificate as the file or server presents them, in its order; ``leaf`` is one of them.
    package let presented: [CertificateView]
    /// The name of the leaf in its store, if any.
    package let friendlyName: String?
    /// What was fetched for it.
    package var fetched: [FetchedResource] = []
    /// Names that were asked for; `nil` when nobody named any.
    package var askedNames: [String]?
    /// What it is for; `nil` when its own extended key usage tells.
    package var purpose: CheckPurpose? = .server
    /// What it is in its installation, for people: `OCSP signer`; `nil` elsewhere.
    package var role: String?
    /// Whether the installation issued it, so that no rule on public authorities is asked of it.
    package var isOfOwnAuthority = false
    /// Whether it stands beside another certificate for the same key on purpose.
    package var isSecondOfKey = false

    package init(
        name: String, uri: String, origin: Origin, leaf: CertificateView, presented: [CertificateView],
        friendlyName: String? = nil
    ) {
        self.name = name
        self.uri = uri
        self.origin = origin
        self.leaf = leaf
        self.presented = presented
        self.friendlyName = friendlyName
    }
}

/// What a certificate is checked for.
package enum CheckPurpose: String, Sendable, CaseIterable {
    /// A TLS server.
    case server
    /// A TLS client.
    case client
    /// An authority.
    case authority
    /// Nothing in particular.
    case any
}

/// A subject that could not be brought to the point where there is a certificate to judge.
package struct CheckObstacle: Error, Sendable, Hashable {
    /// Which rule tells it.
    package let rule: CheckRule
    /// What happened, a clause.
    package let evidence: String

    package init(_ rule: CheckRule, _ evidence: String) {
        self.rule = rule
        self.evidence = evidence
    }
}

/// What a file is, beside the certificates in it.
package struct FileFacts: Sendable, Hashable {
    /// The form of the file.
    package enum Form: String, Sendable {
        case pem = "PEM"
        case der = "DER"
        case pkcs7 = "PKCS#7"
        case pkcs12 = "PKCS#12"
    }

    /// The private key beside the certificate.
    package enum Key: Sendable, Hashable {
        case none
        /// It was not opened; nothing can be said of it.
        case closed
        case matching
        /// It belongs to no certificate of the file.
        case other
    }

    package let form: Form
    package let key: Key
    /// How a PKCS#12 is protected, in words; `nil` for other forms.
    package let protection: String?
    /// Whether a cipher of the protection is out of use.
    package let isLegacy: Bool
    /// Whether the password given does not open the private key.
    package let isPasswordWrong: Bool

    package init(
        form: Form, key: Key, protection: String? = nil, isLegacy: Bool = false, isPasswordWrong: Bool = false
    ) {
        self.form = form
        self.key = key
        self.protection = protection
        self.isLegacy = isLegacy
        self.isPasswordWrong = isPasswordWrong
    }
}

/// What was seen of a live server by who connected to it.
///
/// The check opens no connection itself.
package struct ObservedEndpoint: Sendable {
    package let host: String
    package let port: Int
    /// The versions the server speaks, `TLSv1.2`; empty when they were not tried.
    package let versions: [String]
    /// The suites it agreed to, by their IANA names.
    package let suites: [String]
    /// What one handshake agreed on, `TLSv1.3, TLS_AES_128_GCM_SHA256`.
    package let agreed: String
    /// Why a handshake of today's kind came to nothing, a sentence; `nil` when it came about or was not tried.
    package let handshakeFault: String?
    /// Whether the handshake held an OCSP response; `nil` when none was asked for.
    package let hasStaple: Bool?

    package init(
        host: String, port: Int, versions: [String], suites: [String], agreed: String, handshakeFault: String? = nil,
        hasStaple: Bool? = nil
    ) {
        self.host = host
        self.port = port
        self.versions = versions
        self.suites = suites
        self.agreed = agreed
        self.handshakeFault = handshakeFault
        self.hasStaple = hasStaple
    }
}

/// Something that was fetched from a URL of a certificate.
package struct FetchedResource: Sendable {
    /// What it should be.
    package enum Kind: String, Sendable {
        case crl = "CRL"
        case ocsp = "OCSP response"
        case issuer = "issuer's certificate"
    }

    package let kind: Kind
    package let url: String
    /// The octets, or why there are none.
    package let outcome: Result<[UInt8], CheckObstacle>

    package init(_ kind: Kind, url: String, outcome: Result<[UInt8], CheckObstacle>) {
        self.kind = kind
        self.url = url
        self.outcome = outcome
    }

    /// The certificates that were fetched: one, or those of a `certs-only` message.
    ///
    /// Source: RFC 5280, section 4.2.2.1.
    package var issuers: [CertificateView] {
        guard kind == .issuer, case .success(let octets) = outcome else { return [] }
        if let certificate = try? CertificateView(parsing: octets) { return [certificate] }
        return (try? SignedData(parsing: octets))?.certificateViews ?? []
    }
}
