// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightCore

// MARK: - Who speaks

extension OMADMEndpoint {
    /// Who a message is from, by what it proves.
    struct Identity: Sendable {
        let device: Device
        /// The name that the device was enrolled under.
        let name: String
        /// The device's management certificate.
        let serialNumber: SerialNumber
        /// The certificate that it took the place of, when the device has shown it.
        var renewedFrom: CredentialID?
        /// When the certificate was issued, where that was for management; other protocols issue others.
        var issuedAt: Timestamp?
        /// When the device was enrolled, where its certificate is the first of an enrolment and not a renewed one.
        var enrolledAt: Timestamp?
        /// The digest that proved this message, or an earlier one of the session.
        var digest: DigestProof?

        /// The challenge for the next message, where a digest proved this one.
        var chal: Chal? { digest?.chal }

        /// The name that the device has accounts by, from its provisioning document; `nil` where it had none.
        var accountName: MDEDeviceID? {
            digest?.account.device ?? (issuedAt == nil ? nil : try? MDEDeviceID(parsing: name))
        }

        /// Whether the device enrolled since it was last spoken to.
        func isEnrolled(after contact: Timestamp) -> Bool { enrolledAt.map { $0 > contact } ?? false }
    }

    /// A device that shows no certificate has proved who it is.
    struct DigestProof: Sendable {
        let account: WindowsAccount
        /// The challenge for the next message; `nil` where this one has no digest but the session's ticket.
        let chal: Chal?

        /// Whether an earlier message of the session had the digest, and this one shows the ticket.
        var isByTicket: Bool { chal == nil }
    }

    /// The device whose key the client proved to have, to TLS or by signing the message; else the one whose secret made
    /// the digest in it.
    ///
    /// A signature counts beside TLS too: whoever ends the devices' TLS and shows a certificate of its own here would
    /// else be the device of all of them.
    func identify(
        _ request: OMADMRequest, _ message: SyncML
    ) async throws(OMADMRefusal) -> Identity {
        var certificate = request.clientCertificate
        if let signature = request.signature { certificate = try await signer(of: signature, request) }
        guard let certificate else { return try await identify(byDigestIn: message, query: request.query) }
        do {
            let holder = try await services.devices.holder(of: certificate)
            return Identity(
                device: holder.device, name: certificate.subject.commonName ?? "",
                serialNumber: certificate.serialNumber, renewedFrom: holder.credential.renewedFrom,
                issuedAt: holder.credential.issuedForManagementAt, enrolledAt: holder.credential.enrolledAt)
        } catch {
            throw .device(error)
        }
    }

    /// Whether the certificate that comes with a message is that of a device here, so that a long one is worth reading.
    ///
    /// Anybody can show a certificate to TLS, and one of his own making is taken there.
    func isFromDevice(_ request: OMADMRequest) async -> Bool {
        do {
            var certificate = request.clientCertificate
            if let signature = request.signature { certificate = try await signer(of: signature, request) }
            _ = try await services.devices.holder(of: certificate)
            return true
        } catch {
            return false
        }
    }

    /// The certificate that signed a message: that of the connection where there is one, the one that the signature
    /// carries, or the one of ours that it names.
    private func signer(
        of signature: String, _ request: OMADMRequest
    ) async throws(OMADMRefusal) -> CertificateView {
        do throws(MDMSignature.Failure) {
            return try MDMSignature.verify(signature, over: request.body, enrolled: request.clientCertificate)
        } catch {
            guard error == .certificateMissing, let serial = MDMSignature.serialNumber(ofSignerIn: signature) else {
                throw .signature(error)
            }
            let held = try await storing { () async throws(StoreError) in
                try await services.store.credential(serial: serial)
            }
            guard let named = held.flatMap({ try? CertificateView(parsing: $0.certificate) }) else {
                throw .signature(error)
            }
            do throws(MDMSignature.Failure) {
                return try MDMSignature.verify(signature, over: request.body, enrolled: named)
            } catch {
                throw .signature(error)
            }
        }
    }

    /// The device that a digest proves: the one that the header names, when the digest is made with its secret.
    ///
    /// For the rest of the session its ticket says so.
    private func identify(byDigestIn message: SyncML, query: String) async throws(OMADMRefusal) -> Identity {
        let source = message.hdr.source
        guard let claimed = try? MDEDeviceID(parsing: source.locName ?? source.locURI) else {
            throw .device(.noCertificate)
        }
        let found = try await credential(of: claimed)
        // The account has the name as the device enrolled by it.
        let name = found?.name ?? claimed
        let account = try await account(of: name)
        var chal: Chal?
        var isByTicket = false
        if message.hdr.cred == nil, let found {
            isByTicket = isTicketShown(in: query, by: found.device, account, message.hdr)
        }
        if !isByTicket {
            let judgement = await digests.judge(message.hdr.cred, of: account, isKnown: found != nil)
            guard judgement.verdict == .accepted else { throw .digest(judgement.verdict, judgement.chal) }
            chal = judgement.chal
        }
        guard let found else { throw .device(.noCertificate) }
        guard found.device.state != .blocked, found.device.state != .retired else {
            throw .device(.deviceRefused(found.device.state, found.device.id))
        }
        return Identity(
            device: found.device, name: name.text, serialNumber: found.credential.serial,
            issuedAt: found.credential.issuedForManagementAt, enrolledAt: found.credential.enrolledAt,
            digest: DigestProof(account: account, chal: chal))
    }

    /// The accounts of a device as it enrolled the last time.
    func account(of name: MDEDeviceID) async throws(OMADMRefusal) -> WindowsAccount {
        try await storing { () async throws(StoreError) in
            try await WindowsEnrollmentEndpoint.account(of: name, in: services.store)
        }
    }

    private func isTicketShown(
        in query: String, by device: Device, _ account: WindowsAccount, _ hdr: SyncHdr
    ) -> Bool {
        let ticket = sessions.ticket(of: device.id, in: hdr.sessionID, at: services.clock.now)
        return ticket.map { $0.account == account && $0.isShown(in: query) } ?? false
    }

    /// A device with its management certificate: where that is revoked or over, a digest proves nothing either.
    ///
    /// Hexadecimal digits count in either case: a device that does not write its name as it enrolled is found in
    /// capitals or in small letters.
    private func credential(
        of claimed: MDEDeviceID
    ) async throws(OMADMRefusal) -> (device: Device, credential: Credential, name: MDEDeviceID)? {
        var names = [claimed]
        for text in [claimed.text.uppercased(), claimed.text.lowercased()] where text != claimed.text {
            if let name = try? MDEDeviceID(parsing: text) { names.append(name) }
        }
        for name in names {
            if let found = try await credential(named: name) { return (found.device, found.credential, name) }
        }
        return nil
    }

    private func credential(
        named name: MDEDeviceID
    ) async throws(OMADMRefusal) -> (device: Device, credential: Credential)? {
        let subject = DistinguishedName([(type: .commonName, text: name.text)]).rfc4514
        return try await storing { () async throws(StoreError) in
            guard let device = try await services.store.device(attachment: .scepSubject(subject)) else { return nil }
            var filter = CredentialFilter(now: services.clock.now)
            filter.device = device.id
            filter.status = .valid
            let held = try await services.store.credentials(filter, after: nil, limit: 50).items
            return held.first { $0.subject == subject }.map { (device, $0) }
        }
    }
}

extension Credential {
    /// When a device enrolled for management by it; `nil` for a renewed one and for what other protocols issued.
    fileprivate var enrolledAt: Timestamp? { renewedFrom == nil ? issuedForManagementAt : nil }

    fileprivate var issuedForManagementAt: Timestamp? {
        issuedVia == WindowsEnrollmentEndpoint.via ? issuedAt : nil
    }
}
