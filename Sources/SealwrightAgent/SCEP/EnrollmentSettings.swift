// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SCEP

/// The nodes below Install at the moment Exec was accepted; what servers write later does not change them.
///
/// Source: Microsoft, ClientCertificateInstall CSP, SCEP/UniqueID/Install.
struct EnrollmentSettings: Hashable, Sendable, Codable {
    private var values: [String: String]

    /// Reads the nodes.
    ///
    /// - Parameter value: gives the value of a node, `nil` when it is absent.
    /// - Throws: ``CommandFailure`` with status 500 that lists the nodes that are missing or empty.
    init(_ value: (String) -> String?) throws(CommandFailure) {
        let nodes = Self.definitions.filter { !$0.isInterior && $0.format != .null }
        values = [:]
        for node in nodes { values[node.name] = value(node.name) ?? node.defaultValue }
        let missing = nodes.filter { $0.required == "SCEP" }.map(\.name).filter { values[$0]?.isEmpty ?? true }
        guard missing.isEmpty else {
            throw CommandFailure(.commandFailed, "missing: " + missing.sorted().joined(separator: ", "))
        }
    }

    private static let definitions = ClientCertificateInstall.definitions.filter { $0.path.contains("Install") }

    private func text(_ name: String) -> String { values[name] ?? "" }
    private func number(_ name: String) -> Int64 { Int64(text(name)) ?? 0 }

    /// The servers in the order they are tried.
    var serverURLs: [String] {
        text("ServerURL").split(separator: ";").map { String($0.filter { !$0.isWhitespace }) }.filter { !$0.isEmpty }
    }

    /// The challenge as it was sent.
    var challenge: String { text("Challenge") }

    /// Takes the challenge out once the request carries it.
    mutating func eraseChallenge() { values["Challenge"] = nil }

    /// Seconds between polls.
    var retryDelay: Int64 { max(1, number("RetryDelay")) * 60 }
    /// How many polls there are.
    var retryCount: Int { Int(min(30, max(0, number("RetryCount")))) }
    /// The SHA-1 of a certificate of the authority; `nil` when the text is none, so that nothing matches it.
    var caThumbprint: Thumbprint? { Thumbprint(text("CAThumbprint")) }
    /// Whether the key has to be attested.
    var demandsAttestation: Bool { text("AttestPrivateKey") == "2" }

    /// States that this device can do what is asked for.
    ///
    /// - Throws: ``HResult``.
    func check(_ policy: AgentPolicy, _ tpm: (any KeyTPM)?, _ container: KeyContainer?) throws(HResult) {
        let identifiers = text("AADKeyIdentifierList").split(separator: ";").map(String.init)
        guard identifiers.isEmpty || identifiers.contains(where: policy.directoryKeyIdentifiers.contains) else {
            throw .notFound
        }
        let location = try keyLocation()
        try location.check(tpm, container)
        if location == .hello, keyType != KeyContainer.keyType { throw .notSupported }
        if demandsAttestation { throw .attestationFailed }
    }

    /// Where the key is to be kept.
    ///
    /// - Throws: ``HResult/invalidParameter`` for a container without name.
    func keyLocation() throws(HResult) -> KeyLocation {
        try KeyLocation(Int(number("KeyProtection")), containerName: text("ContainerName"))
    }

    /// The container the key goes to; `nil` for another place.
    var containerName: String? { (try? keyLocation()) == .hello ? text("ContainerName") : nil }

    /// The kind of key for a TPM or a container; `nil` for a length that none has.
    var keyType: KeyType? {
        switch number("KeyLength") {
        case 2048: .rsa2048
        case 4096: .rsa4096
        default: nil
        }
    }

    /// Makes the key that was asked for in software.
    ///
    /// 1024 bits are made as well: it is one of the three documented values, the server that manages the device asks
    /// for it by name, and whether such a key gets a certificate is the authority's decision, whose refusal then stands
    /// in its audit trail. Refusing here would hide the cause from those who can change it.
    ///
    /// - Throws: ``HResult/notSupported`` for a length that is none of the documented ones, ``HResult/failed`` when
    ///   libcrypto cannot.
    ///
    /// Source: Microsoft, ClientCertificateInstall CSP, "KeyLength".
    func makeKey(_ id: KeyID, pool: CryptoPool) throws(HResult) -> SoftwareKey {
        let length = number("KeyLength")
        do throws(CryptoError) {
            switch length {
            case 1024: return try SoftwareKey.generateLegacyRSA1024(id: id, pool: pool)
            case 2048: return try SoftwareKey.generate(.rsa2048, id: id, pool: pool)
            case 4096: return try SoftwareKey.generate(.rsa4096, id: id, pool: pool)
            default: break
            }
        } catch {
            throw .failed
        }
        throw .notSupported
    }
}

// MARK: - The request

extension EnrollmentSettings {
    /// What is sent to the authority.
    ///
    /// - Throws: ``HResult/invalidParameter`` when a value is none of its kind.
    func request(key: KeyID, publicKey: PublicKey, decodesChallenge: Bool) throws(HResult) -> PKCSReq {
        guard let subject = try? DistinguishedName(certStrToName: text("SubjectName")) else { throw .invalidParameter }
        var password = challenge
        if decodesChallenge {
            guard let octets = Base64.decode(password, tolerance: .tolerant),
                let text = String(validating: octets, as: UTF8.self)
            else { throw .badEncoding }
            password = text
        }
        return PKCSReq(
            subject: subject, publicKey: publicKey, key: key, challengePassword: password,
            extensions: try extensions(), attributes: validityAttributes())
    }

    private func extensions() throws(HResult) -> [CertificateExtension] {
        guard let purposes = ExtendedKeyUsage(ekuMapping: text("EKUMapping")),
            let names = AlternativeNames.parse(text("SubjectAlternativeNames"))
        else { throw .invalidParameter }
        var extensions = [
            KeyUsage(firstOctet: number("KeyUsage")).certificateExtension, purposes.certificateExtension,
        ]
        if !names.isEmpty { extensions.append(SubjectAlternativeName(names).certificateExtension) }
        let template = text("TemplateName")
        if let oid = try? OID(dotted: template) {
            extensions.append(CertificateTemplate(templateID: oid).certificateExtension)
        } else if !template.isEmpty {
            extensions.append(CertificateTemplateName(template).certificateExtension)
        }
        return extensions
    }

    /// The wish for a validity; the authority decides.
    private func validityAttributes() -> [Attribute] {
        let units = number("ValidPeriodUnits")
        guard units > 0 else { return [] }
        let pairs = [("ValidityPeriod", text("ValidPeriod")), ("ValidityPeriodUnits", String(units))]
        return [
            Attribute(
                type: .microsoftEnrollmentNameValuePair,
                values: pairs.map { EnrollmentNameValuePair(name: $0, value: $1).derBytes })
        ]
    }

    /// The choices for the conversation: the strongest digest of the families asked for that the server offers.
    ///
    /// `SHA-1;SHA-2` and exact names such as `SHA-256` are read too. SHA-3 has no word in SCEP.
    ///
    /// An order that names SHA-1 alone is sent with SHA-1 where the policy allows it, whatever the server offers: the
    /// server then refuses by name what would otherwise fail without a trace there.
    ///
    /// For a key in a container SHA-256 is the only digest, as the description has it.
    ///
    /// - Throws: ``HResult/badAlgorithm`` when nothing is left that is allowed.
    func clientSettings(_ capabilities: CACapabilities, allowsLegacy: Bool) throws(HResult) -> ClientSettings {
        guard
            var settings = try? ClientSettings(
                capabilities: capabilities, allowingLegacy: allowsLegacy, polling: Polling(delay: retryDelay))
        else { throw .badAlgorithm }
        let families = text("HashAlgorithm").split { $0 == "+" || $0 == ";" }
            .map { $0.uppercased().filter { $0 != " " && $0 != "-" } }
        let choices: [(DigestAlgorithm, Capability, names: [String])] = [
            (.sha512, .sha512, ["SHA2", "SHA512"]), (.sha384, .sha384, ["SHA2", "SHA384"]),
            (.sha256, .sha256, ["SHA2", "SHA256"]), (.sha1, .sha1, ["SHA1"]),
        ]
        let isSilent = !choices.contains { capabilities.contains($0.1) }
        let asksForSHA1Alone = families == ["SHA1"]
        let choice = choices.first { digest, capability, names in
            // A server that names no digest is taken to know SHA-1.
            let isOffered = capabilities.contains(capability) || digest == .sha1 && (isSilent || asksForSHA1Alone)
            return isOffered && (containerName == nil || digest == .sha256) && names.contains(where: families.contains)
                && (allowsLegacy || !digest.isLegacy)
        }
        guard let choice else { throw .badAlgorithm }
        settings.digest = choice.0
        return settings
    }
}

extension ExtendedKeyUsage {
    /// Reads object identifiers joined with `+`, as EKUMapping has them.
    ///
    /// - Returns: `nil` when one of them is none.
    init?(ekuMapping text: String) {
        var purposes: [OID] = []
        for part in text.split(separator: "+", omittingEmptySubsequences: false) {
            guard purposes.count < Self.limit, let purpose = try? OID(dotted: part) else { return nil }
            purposes.append(purpose)
        }
        self.init(purposes)
    }
}

extension KeyUsage {
    /// Reads the first octet of the BIT STRING as a number: 0x80 is digitalSignature.
    init(firstOctet: Int64) {
        self.init((0..<8).filter { firstOctet & (0x80 >> $0) != 0 }.map { KeyUsage(rawValue: 1 << UInt16($0)) })
    }
}
