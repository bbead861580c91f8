// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// What a certificate is to be used for.
///
/// Source: RFC 5280, sections 4.2.1.3 and 4.2.1.12.
public struct TrustPurpose: Sendable, Hashable {
    /// The name people use, such as `serverAuth`.
    public let name: String
    /// The extended key usages of which one must be permitted by the leaf and by every authority that has the
    /// extension; empty asks for none.
    public let extendedKeyUsages: [OID]
    /// The key usages of which the leaf must have one, when it has the extension; empty asks for none.
    public let keyUsages: KeyUsage

    /// Whether the leaf must name the purpose itself: neither a certificate without the extension nor one for any
    /// purpose is meant for it.
    ///
    /// Source: RFC 6960, section 4.2.2.2; RFC 3161, section 2.3.
    public var mustBeNamed: Bool {
        !extendedKeyUsages.isEmpty && extendedKeyUsages.allSatisfy { $0 == .ocspSigning || $0 == .timeStamping }
    }

    /// A purpose of one's own.
    public init(name: String, extendedKeyUsages: [OID], keyUsages: KeyUsage = []) {
        self.name = name
        self.extendedKeyUsages = extendedKeyUsages
        self.keyUsages = keyUsages
    }

    /// No purpose: only the path counts.
    public static let any = TrustPurpose(name: "any", extendedKeyUsages: [])
    /// A TLS server.
    public static let serverAuth = TrustPurpose(
        name: "serverAuth", extendedKeyUsages: [.serverAuth],
        keyUsages: [.digitalSignature, .keyEncipherment, .keyAgreement])
    /// A TLS client.
    public static let clientAuth = TrustPurpose(
        name: "clientAuth", extendedKeyUsages: [.clientAuth], keyUsages: [.digitalSignature, .keyAgreement])
    /// A publisher of programs.
    public static let codeSigning = TrustPurpose(
        name: "codeSigning", extendedKeyUsages: [.codeSigning], keyUsages: [.digitalSignature])
    /// A mailbox.
    public static let emailProtection = TrustPurpose(
        name: "emailProtection", extendedKeyUsages: [.emailProtection],
        keyUsages: [.digitalSignature, .nonRepudiation, .keyEncipherment, .keyAgreement])
    /// A time-stamping service.
    public static let timeStamping = TrustPurpose(
        name: "timeStamping", extendedKeyUsages: [.timeStamping], keyUsages: [.digitalSignature, .nonRepudiation])
    /// A delegated signer of OCSP responses.
    public static let ocspSigning = TrustPurpose(
        name: "OCSPSigning", extendedKeyUsages: [.ocspSigning], keyUsages: [.digitalSignature, .nonRepudiation])

    /// A signer of CRLs.
    static let crlSigning = TrustPurpose(name: "cRLSign", extendedKeyUsages: [], keyUsages: .cRLSign)

    /// The purposes with a name of their own.
    public static let named: [TrustPurpose] = [
        .any, .serverAuth, .clientAuth, .codeSigning, .emailProtection, .timeStamping, .ocspSigning,
    ]

    /// The purpose of a name in any case, such as `serverAuth`, or of an extended key usage by name or dotted number.
    ///
    /// - Throws: `FormatError.invalidText` when it is neither.
    public init(name text: some StringProtocol) throws(FormatError) {
        let wanted = text.lowercased()
        if let known = Self.named.first(where: { $0.name.lowercased() == wanted }) {
            self = known
        } else {
            let oid = try OID(keyPurpose: text)
            self.init(name: oid.nameOrDotted, extendedKeyUsages: [oid])
        }
    }
}
