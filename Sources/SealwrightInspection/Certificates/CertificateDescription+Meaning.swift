// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// What a certificate lets its holder do, in one sentence.
extension CertificateDescription {
    /// The sentence: who may do what until when.
    var meaning: String {
        guard let start = certificate.notBefore, let end = certificate.notAfter else {
            return "Names \(holder); its validity cannot be read."
        }
        if now > end {
            return "Let \(holder) \(powers) until \(PlainTime.day(end)); it has expired."
        }
        if now < start {
            return "Will let \(holder) \(powers) from \(PlainTime.day(start)) until \(PlainTime.day(end))."
        }
        return "Lets \(holder) \(powers) until \(PlainTime.day(end))."
    }

    /// The name people know it by.
    private var holder: String {
        let name = certificate.subject.commonName ?? certificate.subjectAlternativeName?.names.first?.text
        guard let name = name ?? certificate.subject.attributes.first?.text, !name.isEmpty else {
            return "a holder without a name"
        }
        return Printable.text(name, limit: 64)
    }

    private var powers: String {
        if certificate.isCertificateAuthority {
            return certificate.isSelfIssued ? "be the root of trust for certificates" : "issue certificates"
        }
        guard let purposes = certificate.extendedKeyUsage?.purposes, !purposes.isEmpty else { return keyPowers }
        let words = purposes.prefix(6).map { Self.words[$0] ?? "be used for \($0.nameOrDotted)" }
        return Printable.list(Array(words)) + (purposes.count > 6 ? " and more" : "")
    }

    /// Without purposes the key usage says what the key may do; without both, anything.
    private var keyPowers: String {
        guard let usage = certificate.keyUsage else { return "use its key for any purpose" }
        var powers: [String] = []
        if usage.contains(.digitalSignature) || usage.contains(.nonRepudiation) { powers.append("sign") }
        if usage.contains(.keyEncipherment) || usage.contains(.keyAgreement) {
            powers.append("receive encrypted messages")
        }
        if usage.contains(.keyCertSign) { powers.append("sign certificates") }
        if usage.contains(.cRLSign) { powers.append("sign CRLs") }
        return powers.isEmpty ? "use its key for nothing usual" : Printable.list(powers)
    }

    private static let words: [OID: String] = [
        .clientAuth: "sign in as a client", .serverAuth: "be a TLS server", .codeSigning: "sign programs",
        .emailProtection: "sign and receive mail", .timeStamping: "make time stamps",
        .ocspSigning: "answer for the revocation state of certificates", .ipsecIKE: "be an IPsec peer",
        .ipsecIntermediate: "be an IPsec peer", .ipsecEndSystem: "be an IPsec peer",
        .microsoftSmartcardLogon: "sign in to Windows with a smart card", .kerberosClientAuth: "sign in with Kerberos",
        .microsoftRemoteDesktop: "be a remote desktop", .microsoftEncryptingFileSystem: "encrypt files",
        .microsoftEnrollmentAgent: "request certificates for others",
        .anyExtendedKeyUsage: "use its key for any purpose",
    ]
}
