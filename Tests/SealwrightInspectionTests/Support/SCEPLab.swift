// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightInspection
import SealwrightTesting
import Testing

/// An RA with its key, a device, and an endpoint that answers as a test says.
struct SCEPLab: SCEPJudge {
    static let challenge = "correct-horse-battery"

    let ra: CertificateView
    let raKey: SoftwareKey
    let deviceKey: SoftwareKey
    var verdict: SCEPVerdict = .enrollment(.pending(.approval))
    var settings = ServerSettings.generic
    var recipients: [CertificateView] { [ra] }

    init() throws {
        raKey = try TestKeys.shared.key(.rsa2048, 1)
        deviceKey = try TestKeys.shared.key(.rsa2048, 2)
        var maker = try Maker("CN=Test RA", key: raKey)
        maker.extensions = [KeyUsage([.digitalSignature, .keyEncipherment]).certificateExtension]
        ra = try CertificateView(parsing: maker.certificate())
    }

    func unwrap(_ attempt: UnwrapAttempt) async throws(CryptoError) -> [UInt8] {
        try raKey.unwrapSynchronously(attempt.encryptedKey, transport: attempt.transport, keyLength: attempt.keyLength)
    }

    func verdict(on request: Request, openedBy recipient: Int?) async -> SCEPVerdict { verdict }

    var explainer: SCEPExplainer { SCEPExplainer(judge: self, now: Fixture.now) }

    /// A PKCSReq of our own client.
    func request() throws -> [UInt8] {
        var transaction = try ClientTransaction(
            PKCSReq(
                subject: DistinguishedName(text: "CN=laptop-7"), publicKey: deviceKey.publicKey, key: deviceKey.keyID,
                challengePassword: Self.challenge),
            authority: CACertificates([ra]),
            settings: ClientSettings(capabilities: CACapabilities([.aes, .sha256, .postPKIOperation])), at: Fixture.now)
        var action = transaction.start(at: Fixture.now)
        for _ in 0..<5 {
            switch action {
            case .sign(let task):
                action = transaction.signed(try deviceKey.signSynchronously(task.bytes, algorithm: task.algorithm))
            case .send(let message): return message
            default: break
            }
        }
        throw SCEPError.outOfOrder("no message")
    }

    /// The RA's reply to a request.
    func reply(_ answer: CertRepAnswer) throws -> [UInt8] {
        var transaction = ServerTransaction(settings: settings, recipients: [ra])
        _ = transaction.received(try request())
        let draft = try transaction.certRep(answer, signedBy: ra, at: Fixture.now)
        return try draft.finish(
            signature: raKey.signSynchronously(draft.bytesToSign, algorithm: draft.signatureAlgorithm))
    }
}
