// SPDX-License-Identifier: Apache-2.0

package import CryptoProvider
package import PKIFormats

// An issuing authority under somebody else's root: the key is made here and stays, the request goes out, the
// certificate comes back.
extension AuthorityCeremony {
    /// Makes a key and a request for the certificate of an issuing authority.
    ///
    /// The request asks for what the certificate needs: cA with path length 0, and signing certificates and CRLs.
    ///
    /// - Parameters:
    ///   - subject: the authority's name; `nil` for the present one's with its number counted up.
    ///   - keyType: of the new key; `nil` for the type the present authority has.
    ///   - actor: who asks, for the audit trail.
    /// - Returns: the request, kept until its answer is imported.
    /// - Throws: ``AuthorityError``.
    ///
    /// Source: RFC 2986, section 4.
    package func requestAuthority(
        subject: DistinguishedName?, keyType: KeyType?, actor: String
    ) async throws(AuthorityError) -> AuthorityRequest {
        await gate.enter()
        defer { gate.leave() }
        try await reload()
        let present = registry.issuing()
        let subject = try chosenSubject(subject, present)
        let type = keyType ?? present?.key?.publicKey.keyType ?? .rsa2048
        let id = try await unusedRequestID()
        guard let key = try await generate([(type: type, id: KeyID.new(id.rawValue))]).first else {
            throw .notInitialized
        }
        do throws(AuthorityError) {
            let request = AuthorityRequest(
                id: id, name: subject.commonName ?? subject.rfc4514, keyID: key.keyID,
                certificationRequest: try await Self.sign(subject, with: key), createdAt: clock.now)
            let event = AuditEvent(
                action: "authority.requested", at: clock.now, actor: actor, object: id.rawValue,
                details: ["subject": subject.rfc4514, "key": type.rawValue])
            try await AuthorityError.storing { () async throws(StoreError) in
                try await store.save(request, event: event)
            }
            return request
        } catch {
            try? await keys.remove(key.keyID)
            throw error
        }
    }

    /// The requests that wait for their answer, oldest first.
    package func requests() async throws(AuthorityError) -> [AuthorityRequest] {
        let all = try await AuthorityError.storing { () async throws(StoreError) in
            try await store.authorityRequests()
        }
        // One that was answered just before a crash is not waiting any more.
        let inUse = Set(registry.all.map(\.authority.keyID))
        return all.filter { !inUse.contains($0.keyID) }
    }

    /// Gives a request up and destroys its key.
    ///
    /// - Throws: ``AuthorityError/unknownAuthority(_:)`` when none of this name waits.
    package func discardRequest(_ id: AuthorityID, actor: String) async throws(AuthorityError) {
        await gate.enter()
        defer { gate.leave() }
        guard let request = try await requests().first(where: { $0.id == id }) else { throw .unknownAuthority(id) }
        try await forget(request, action: "authority.request-discarded", actor: actor)
        try await AuthorityError.keying { () async throws(CryptoError) in try await keys.remove(request.keyID) }
    }

    private func chosenSubject(
        _ chosen: DistinguishedName?, _ present: AuthorityContext?
    ) throws(AuthorityError) -> DistinguishedName {
        let name = present?.authority.name ?? "Sealwright Issuing"
        guard let chosen else { return .authority(named: unusedName(after: name)) }
        guard !chosen.isEmpty else { throw .nameNotUsable("an authority needs a subject") }
        do { return try chosen.reencodedForIssuance() } catch { throw .nameNotUsable("\(error)") }
    }

    private static func sign(
        _ subject: DistinguishedName, with key: any PrivateKey
    ) async throws(AuthorityError) -> [UInt8] {
        let extensions = [
            BasicConstraints.authority(pathLength: 0).certificateExtension,
            KeyUsage([.digitalSignature, .keyCertSign, .cRLSign]).certificateExtension,
        ]
        let info = CertificationRequest.prepare(
            subject: subject, subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
            attributes: [.extensionRequest(extensions)])
        let algorithm = key.defaultSignatureAlgorithm
        do {
            return info.finish(
                signature: try await key.sign(info.derBytes, algorithm: algorithm), algorithm: algorithm)
        } catch {
            throw .key(error)
        }
    }

    private func unusedRequestID() async throws(AuthorityError) -> AuthorityID {
        let waiting = Set(try await requests().map(\.id))
        let first = unusedID("issuing")
        guard waiting.contains(first) else { return first }
        let count = registry.all.count + waiting.count + 2
        let free = (2...count).lazy.map { AuthorityID(rawValue: "issuing-\($0)") }.first { id in
            !waiting.contains(id) && registry.context(id) == nil
        }
        return free ?? first
    }
}

// MARK: - The answer

extension AuthorityCeremony {
    /// A request and the certificate that answers it.
    struct Answered: Sendable {
        let request: AuthorityRequest
        let certificate: CertificateView
    }

    /// Finds the certificate, among those that came, whose key waits here.
    ///
    /// - Throws: ``AuthorityError/requestUnknown``.
    func answeredRequest(_ imported: ImportedAuthority) async throws(AuthorityError) -> Answered {
        let waiting = try await requests()
        for der in [imported.certificate] + imported.chain {
            guard let certificate = try? CertificateView(parsing: der), let key = certificate.publicKey else {
                continue
            }
            for request in waiting {
                guard let asked = try? CertificationRequest(parsing: request.certificationRequest),
                    asked.publicKey == key
                else { continue }
                return Answered(request: request, certificate: certificate)
            }
        }
        throw .requestUnknown
    }

    func forget(_ request: AuthorityRequest, action: String, actor: String) async throws(AuthorityError) {
        let event = AuditEvent(action: action, at: clock.now, actor: actor, object: request.id.rawValue)
        _ = try await AuthorityError.storing { () async throws(StoreError) in
            try await store.removeAuthorityRequest(request.id, event: event)
        }
    }
}
