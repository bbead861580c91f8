// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import SealwrightCore

/// The MD5 digests of devices that show no certificate: clients of OMA-DM that know nothing else.
///
/// The secret is 256 bits that the provisioning document gave the device, so that the weakness of MD5 helps nobody.
/// A right digest lets the device in for the session, which goes on at an address of its own (``OMADMSessionTicket``); a
/// device that does not go there makes a digest for each message, over the nonce of the answer before. Nonces are kept
/// in memory; after a restart a device is refused once and goes on with a fresh one.
///
/// Source: OMA-TS-DM_Security-V1_2, section 5.3.
actor OMADMDigestAccounts {
    private let secrets: WindowsAccountSecrets
    private var authenticators: [WindowsAccount: LegacyDigestAuthenticator] = [:]
    /// The nonces that devices want the server's own digest over.
    private var nonces: [MDEDeviceID: [UInt8]] = [:]

    /// Devices whose nonces are kept; beyond, all begin with those of their provisioning again.
    private static let limit = 100_000

    init(secrets: WindowsAccountSecrets) { self.secrets = secrets }

    /// A digest's worth, and the challenge for the next message.
    struct Judgement: Sendable {
        let verdict: LegacyDigestAuthenticator.Verdict
        let chal: Chal
    }

    /// Judges the Cred of a message.
    ///
    /// - Parameters:
    ///   - cred: what the message proves itself with.
    ///   - owner: the device it says it is, with its enrolment; one that does not exist costs the same.
    ///   - isKnown: whether that device is one of ours, with a valid certificate.
    /// - Returns: what the Cred is worth, and the challenge for the next message.
    func judge(_ cred: Cred?, of owner: WindowsAccount, isKnown: Bool) -> Judgement {
        let account = secrets.account(.applicationServer, of: owner)
        var authenticator = authenticators[owner] ?? LegacyDigestAuthenticator(nonce: account.nonce ?? [])
        let isDigest = cred?.meta?.type?.lowercased() == Cred.md5
        let verdict = authenticator.judge(
            isDigest ? cred?.data : nil,
            secret: isKnown ? LegacyDigestSecret(user: owner.device.text, secret: account.secret) : nil,
            next: SecureRandom.bytes(LegacyDigestAuthenticator.nonceLength))
        if isKnown {
            if authenticators.count >= Self.limit { authenticators = [:] }
            authenticators[owner] = authenticator
        }
        var meta = Meta(format: .b64, type: Cred.md5)
        meta.nextNonce = Base64.encode(authenticator.nonce)
        return Judgement(verdict: verdict, chal: Chal(meta: meta))
    }

    /// What proves the server to a device: a digest with the secret of the other direction, under the provider's name.
    func cred(for owner: WindowsAccount) -> Cred {
        let account = secrets.account(.client, of: owner)
        let secret = LegacyDigestSecret(user: WindowsEnrollmentConfiguration.providerID, secret: account.secret)
        return Cred(
            meta: Meta(format: .b64, type: Cred.md5),
            data: secret.credential(nonce: nonces[owner.device] ?? account.nonce ?? []))
    }

    /// Takes the nonce that a device wants the next digest over.
    func note(_ chal: Chal?, of device: MDEDeviceID) {
        guard let text = chal?.meta.nextNonce, text.utf8.count <= Self.nonceLimit,
            let nonce = Base64.decode(text, tolerance: .tolerant)
        else { return }
        if nonces.count >= Self.limit { nonces = [:] }
        nonces[device] = nonce
    }

    /// Whether a device has told a nonce, so that it wants the server's own digest.
    func isAsked(by device: MDEDeviceID) -> Bool { nonces[device] != nil }

    /// Octets of a nonce in Base64 that is kept.
    private static let nonceLimit = 128
}
