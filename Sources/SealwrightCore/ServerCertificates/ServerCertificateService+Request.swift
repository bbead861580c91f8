// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

// From the request to the candidate.

extension ServerCertificateService {
    /// Makes a key, sealed in the vault, and a request for it to send to a foreign authority.
    ///
    /// - Parameters:
    ///   - names: host names and addresses; the server's own without any.
    ///   - subject: the whole name; `CN=` and the first name without one.
    ///   - type: RSA or elliptic curve.
    ///   - actor: who asks.
    /// - Returns: the request that waits for its answer.
    /// - Throws: ``ServerCertificateError``.
    package func request(
        names: [String] = [], subject: DistinguishedName? = nil, key type: KeyType = .rsa2048, by actor: String
    ) async throws(ServerCertificateError) -> ServerCertificate {
        let names = try usable(names)
        let id = ServerCertificateID.new(milliseconds: clock.milliseconds)
        let key = try await generate(type, for: id)
        do {
            let der = try await certificationRequest(names, subject ?? .server(named: names), key)
            let made = ServerCertificate(
                id: id, source: .request, state: .requested, names: names, request: der, chain: [], anchor: nil,
                keyID: key.keyID, createdAt: clock.now, createdBy: actor)
            try await save(made, replacing: nil, "server-certificate.requested", by: actor, ["key": type.rawValue])
            return made
        } catch {
            try? await keys.remove(key.keyID)
            throw error
        }
    }

    /// Takes the answer of the foreign authority to a request.
    ///
    /// A later answer replaces an earlier one for as long as that was never served and no staged change is about it.
    ///
    /// - Parameters:
    ///   - certificates: the answer in any order, with whatever came along.
    ///   - id: the request answered; the one whose key is in the answer without one.
    ///   - actor: who brings it.
    /// - Returns: the candidate and what the checks remark.
    /// - Throws: ``ServerCertificateError/refused(_:)`` with all faults; the request goes on waiting.
    package func answer(
        _ certificates: [CertificateView], to id: ServerCertificateID? = nil, by actor: String
    ) async throws(ServerCertificateError) -> ServerCertificate {
        try await exclusively { () async throws(ServerCertificateError) in
            var (request, key) = try await waiting(for: certificates, id)
            let checked = check(certificates, key: key.publicKey)
            guard !checked.hasFaults else {
                await noteRefusal(checked.findings, of: request.id.rawValue, by: actor)
                throw .refused(checked.findings)
            }
            let before = request
            request.take(checked)
            let replaced = before.fingerprint.map { ["replaces": Hex.encode($0)] } ?? [:]
            try await save(request, replacing: before.state, "server-certificate.candidate", by: actor, replaced)
            return request
        }
    }

    /// The request whose key one of the certificates has, one that waits before one that has an answer; when `id` is
    /// given that one, so that the checks tell.
    private func waiting(
        for certificates: [CertificateView], _ id: ServerCertificateID?
    ) async throws(ServerCertificateError) -> (ServerCertificate, any PrivateKey) {
        if let id {
            let found = try await find(id)
            try await demandAnswerable(found)
            return (found, try await open(found.keyID))
        }
        let present = Set(certificates.map(\.subjectPublicKeyInfo))
        let all = try await list()
        for request in all where request.state == .requested {
            guard let key = try? await keys.open(request.keyID) else { continue }
            if present.contains(SubjectPublicKeyInfo(key.publicKey)) { return (request, key) }
        }
        // Another answer to a request that has one already.
        for other in all where other.state != .discarded {
            if let key = other.leaf?.subjectPublicKeyInfo, present.contains(key) {
                try await demandAnswerable(other)
                return (other, try await open(other.keyID))
            }
        }
        throw .noRequest
    }

    /// What was served, or is what devices of a staged change confirm, stays as it is.
    private func demandAnswerable(_ request: ServerCertificate) async throws(ServerCertificateError) {
        let isOpen = request.state == .requested || request.state == .candidate
        guard request.source == .request, isOpen else { throw .wrongState(request.id, request.state) }
        guard try await openChange()?.candidate != request.id else { throw .inUse(request.id) }
    }

    private func certificationRequest(
        _ names: [String], _ subject: DistinguishedName, _ key: any PrivateKey
    ) async throws(ServerCertificateError) -> [UInt8] {
        let alternatives = SubjectAlternativeName(ServiceIdentityManager.alternativeNames(names))
        let usage: KeyUsage =
            if case .rsa = key.publicKey { [.digitalSignature, .keyEncipherment] } else { .digitalSignature }
        let info = CertificationRequest.prepare(
            subject: subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
            attributes: [
                .extensionRequest([
                    alternatives.certificateExtension(isCritical: false), usage.certificateExtension,
                    ExtendedKeyUsage([.serverAuth]).certificateExtension,
                ])
            ])
        let algorithm = key.defaultSignatureAlgorithm
        let signature = try await ServerCertificateError.keying { () async throws(CryptoError) in
            try await key.sign(info.derBytes, algorithm: algorithm)
        }
        return info.finish(signature: signature, algorithm: algorithm)
    }
}

// MARK: - Import and self-signed

extension ServerCertificateService {
    /// Takes in a certificate that comes with its key, such as a PFX.
    ///
    /// - Returns: the candidate.
    /// - Throws: ``ServerCertificateError/refused(_:)`` with all faults; nothing is kept then, the key neither.
    package func importIdentity(
        key material: PrivateKeyMaterial, certificates: [CertificateView], by actor: String
    ) async throws(ServerCertificateError) -> ServerCertificate {
        try await exclusively { () async throws(ServerCertificateError) in
            let id = ServerCertificateID.new(milliseconds: clock.milliseconds)
            let keyID = Self.keyID(id)
            let key = try await ServerCertificateError.keying { () async throws(CryptoError) in
                try await keys.adopt(material, id: keyID)
            }
            do throws(ServerCertificateError) {
                return try await keep(id, .imported, certificates, key, by: actor)
            } catch {
                try? await keys.remove(keyID)
                throw error
            }
        }
    }

    /// Makes a certificate that its own key signs: clients must be given exactly this one to trust.
    ///
    /// - Returns: the candidate.
    /// - Throws: ``ServerCertificateError``.
    package func makeSelfSigned(
        names: [String] = [], key type: KeyType = .rsa2048, days: Int64 = 365, by actor: String
    ) async throws(ServerCertificateError) -> ServerCertificate {
        let names = try usable(names)
        return try await exclusively { () async throws(ServerCertificateError) in
            let id = ServerCertificateID.new(milliseconds: clock.milliseconds)
            let key = try await generate(type, for: id)
            do throws(ServerCertificateError) {
                let certificate = try await selfSigned(names, key, days)
                return try await keep(id, .selfSigned, [certificate], key, by: actor)
            } catch {
                try? await keys.remove(key.keyID)
                throw error
            }
        }
    }

    private func selfSigned(
        _ names: [String], _ key: any PrivateKey, _ days: Int64
    ) async throws(ServerCertificateError) -> CertificateView {
        let subject = DistinguishedName.server(named: names)
        do {
            let issuer = PlanIssuer.selfSigned(id: AuthorityID(rawValue: "self"), name: subject, key: key)
            let wish = RequestedCertificate(
                subject: subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
                alternativeNames: ServiceIdentityManager.alternativeNames(names))
            let profile = CertificateProfile.selfSignedServer(days: days)
            let credential = try await OwnCertificates(clock: clock, via: "self-signed")
                .issue(profile, wish, from: issuer, signedWith: key)
            return try CertificateView(parsing: credential.certificate)
        } catch let error as AuthorityError {
            throw .authority(error)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    private func keep(
        _ id: ServerCertificateID, _ source: ServerCertificate.Source, _ certificates: [CertificateView],
        _ key: any PrivateKey, by actor: String
    ) async throws(ServerCertificateError) -> ServerCertificate {
        let checked = check(certificates, key: key.publicKey)
        guard !checked.hasFaults else {
            await noteRefusal(checked.findings, of: id.rawValue, by: actor)
            throw .refused(checked.findings)
        }
        var made = ServerCertificate(
            id: id, source: source, state: .candidate, names: checked.names, request: nil, chain: [], anchor: nil,
            keyID: key.keyID, createdAt: clock.now, createdBy: actor)
        made.take(checked)
        try await save(made, replacing: nil, "server-certificate.candidate", by: actor)
        return made
    }
}

// MARK: - Keys and names

extension ServerCertificateService {
    private static func keyID(_ id: ServerCertificateID) -> KeyID {
        KeyID.new("tls-server-\(id.rawValue.lowercased())")
    }

    func open(_ id: KeyID) async throws(ServerCertificateError) -> any PrivateKey {
        try await ServerCertificateError.keying { () async throws(CryptoError) in try await keys.open(id) }
    }

    private func generate(
        _ type: KeyType, for id: ServerCertificateID
    ) async throws(ServerCertificateError) -> any PrivateKey {
        guard type != .ed25519 else {
            throw .authority(
                .keyTypeNotAllowed(type, purpose: "a server certificate, which clients must be able to use"))
        }
        return try await ServerCertificateError.keying { () async throws(CryptoError) in
            try await keys.generate(type, id: Self.keyID(id))
        }
    }

    private func usable(_ names: [String]) throws(ServerCertificateError) -> [String] {
        let names = names.isEmpty ? hosts : names
        for name in ServiceIdentityManager.alternativeNames(names) {
            guard case .dnsName(let host) = name else { continue }
            let plain = host.hasPrefix("*.") ? String(host.dropFirst(2)) : host
            if plain.contains("_") { throw .nameNotUsable("\(host): \(HostNames.underscoreOfServer)") }
            if let fault = HostNames.fault(ofDomain: plain) { throw .nameNotUsable("\(host): \(fault)") }
        }
        guard !names.isEmpty else { throw .nameNotUsable("no host name is known for the certificate") }
        return names
    }
}

extension ServerCertificate {
    /// Becomes a candidate with what the checks put in order.
    fileprivate mutating func take(_ checked: CheckedServerCertificate) {
        state = .candidate
        chain = checked.chain.map(\.encoded)
        anchor = checked.anchor?.encoded
        remarks = checked.findings.map(\.evidence)
    }
}

extension CertificateProfile {
    /// A server that vouches for itself: no authority stands behind it, so it points to no CRL or responder.
    fileprivate static func selfSignedServer(days: Int64) -> CertificateProfile {
        CertificateProfile(
            name: "self-signed-server", validity: .days(days, maximum: 825),
            keyUsage: KeyUsageRule(default: [.digitalSignature, .keyEncipherment]),
            extendedKeyUsage: ExtendedKeyUsageRule(default: [.serverAuth]), subject: SubjectRule(mayBeEmpty: true),
            alternativeNames: AlternativeNameRule(allowed: [.dns, .ip], isRequired: true, allowsWildcards: true),
            pointers: .none)
    }
}
