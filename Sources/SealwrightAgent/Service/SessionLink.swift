// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats

/// The HTTP side of one management session: messages out as octets, answers in as messages.
///
/// Source: MS-MDM, section 2.1; OMA Device Management HTTP binding 1.2, section 5.
struct SessionLink {
    /// Where the session goes; a server may name another place of its own in RespURI.
    private(set) var address: String
    /// What is proven with besides the certificate.
    var digest: SessionDigest?
    private let runner: SessionRunner
    private let record: EnrollmentRecord
    private let form: SyncMLForm
    private let identity: ClientIdentity
    private let trust: ServerTrust
    private let isSigned: Bool
    private let requestID: String
    private var isDigestAccepted = false

    init(_ runner: SessionRunner, _ record: EnrollmentRecord, _ form: SyncMLForm) throws(AgentServiceError) {
        self.runner = runner
        self.record = record
        self.form = form
        let state = runner.store.state
        // What a server sets in the tree has to be an address that certificates may be shown to.
        let kept = state.managementServiceAddress.flatMap { try? ServiceURL(parsing: $0) }
        address = kept?.text ?? record.managementURL
        isSigned = state.node(DMClientNodes.provider(record.providerID) + ["RequireMessageSigning"]) == "true"
        trust = state.serverTrust()
        identity = try runner.store.managementIdentity(pool: runner.pool)
        requestID = Hex.encode(SecureRandom.bytes(16))
    }

    /// Sends a message and reads the answer.
    mutating func exchange(
        _ message: SyncML, _ report: inout SessionReport
    ) async throws(AgentServiceError) -> SyncML {
        let body = try octets(message)
        var request = AgentRequest(url: target, trust: trust, mediaType: form.mediaType, body: body)
        request.identity = identity
        request.answerLimit = runner.limits.messageOctets
        request.fields = [
            ("Accept", SyncMLForm.allCases.map(\.mediaType).joined(separator: ", ")), ("Accept-Charset", "UTF-8"),
            ("Client-Request-Id", requestID),
        ]
        if isSigned { request.fields.append((MDMSignature.headerName, try await signature(body))) }
        let response = try await send(request)
        report.messages += 1
        report.sentOctets += body.count
        report.receivedOctets += response.body.count
        guard report.receivedOctets <= runner.limits.sessionOctets else {
            throw .sessionTooLarge(octets: runner.limits.sessionOctets)
        }
        let reply = try read(response)
        follow(reply.hdr.respURI)
        return reply
    }

    /// States that the server takes the device's messages.
    ///
    /// - Throws: ``AgentServiceError/sessionRefused(_:)``.
    func checkStatus(of reply: SyncML) throws(AgentServiceError) {
        guard let status = reply.headerStatus, !status.code.isSuccess else { return }
        throw .sessionRefused(status.code)
    }

    /// The digest that a server asks for instead of taking the certificate alone; `nil` when it does not, or the device
    /// has none.
    func digest(answering reply: SyncML) -> SessionDigest? {
        guard digest == nil, var answer = record.digest, let status = reply.headerStatus,
            status.code == .authenticationRequired || status.code == .invalidCredentials,
            let meta = status.chal?.meta, meta.type == Cred.md5
        else { return nil }
        if let nonce = meta.nextNonce.flatMap({ Base64.decode($0, tolerance: .tolerant) }) {
            answer.nonce = EncodedBytes(nonce)
        }
        return answer
    }

    // MARK: Parts

    private var target: String { address + (address.contains("?") ? "&" : "?") + "mode=Maintenance" }

    private func octets(_ message: SyncML) throws(AgentServiceError) -> [UInt8] {
        var message = message
        message.hdr.cred = isDigestAccepted ? nil : digest?.cred
        if let digest { message.hdr.source.locName = digest.name }
        do throws(OMADMError) {
            return try message.serialize(as: form)
        } catch {
            throw .messageUnwritable(error)
        }
    }

    private func signature(_ body: [UInt8]) async throws(AgentServiceError) -> String {
        guard let certificate = identity.chain.first,
            let prepared = try? MDMSignature.prepare(
                body, certificate: certificate, algorithm: identity.key.defaultSignatureAlgorithm),
            let bytes = prepared.bytesToSign.first
        else { throw .managementCertificateMissing }
        let signature: [UInt8]
        do throws(CryptoError) {
            signature = try await identity.key.sign(bytes, algorithm: identity.key.defaultSignatureAlgorithm)
        } catch {
            throw .crypto(error)
        }
        guard let message = try? prepared.finish(signatures: [signature]) else { throw .managementCertificateMissing }
        return MDMSignature.header(message)
    }

    private func send(_ request: AgentRequest) async throws(AgentServiceError) -> AgentResponse {
        do throws(TransportFailure) {
            return try await runner.transport.send(request)
        } catch {
            throw .transport(error)
        }
    }

    private func read(_ response: AgentResponse) throws(AgentServiceError) -> SyncML {
        guard response.status == 200 else { throw .httpStatus(response.status) }
        guard let answered = SyncMLForm(mediaType: response.mediaType, octets: response.body) else {
            throw .notSyncML(mediaType: String((response.mediaType ?? "").prefix(100)))
        }
        do throws(OMADMError) {
            return try SyncML(
                parsing: response.body, as: answered, limits: MessageLimits(octets: runner.limits.messageOctets))
        } catch {
            throw .messageUnreadable(error)
        }
    }

    /// A server may move a session within its own host only: the certificate and the digest are for that host.
    private mutating func follow(_ respURI: String?) {
        guard let respURI, let next = try? ServiceURL(parsing: respURI), let now = try? ServiceURL(parsing: address),
            next.host == now.host
        else { return }
        address = respURI
    }
}

extension SessionLink {
    /// Takes the nonce that a reply hands out, and whether the digest need not be repeated.
    mutating func takeNonce(of reply: SyncML) {
        guard digest != nil, let status = reply.headerStatus else { return }
        if status.code == .authenticationAccepted { isDigestAccepted = true }
        if let nonce = status.chal?.meta.nextNonce.flatMap({ Base64.decode($0, tolerance: .tolerant) }) {
            digest?.nonce = EncodedBytes(nonce)
        }
    }
}

extension SyncML {
    /// The Status of the header of the message before.
    fileprivate var headerStatus: Command.Status? {
        for case .status(let status) in body.commands where status.cmdRef == "0" { return status }
        return nil
    }
}
