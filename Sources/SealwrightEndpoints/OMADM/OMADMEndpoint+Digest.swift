// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightCore

// MARK: - Sessions that a digest proves, in both directions

extension OMADMEndpoint {
    /// Lets the session go on at an address of its own after a digest was accepted.
    func giveTicket(to account: WindowsAccount, _ exchange: Exchange, _ entry: inout Entry) {
        let ticket = entry.ticket.flatMap { $0.account == account ? $0 : nil } ?? OMADMSessionTicket(for: account)
        entry.ticket = ticket
        entry.session.respURI = ticket.respURI(target: exchange.message.hdr.target.locURI, address: address())
    }

    /// Lets answers carry the server's own digest to a device that has proved itself by one, or has asked for it, until
    /// it accepts it.
    ///
    /// A device that shows a certificate knows the server from TLS as a rule; some ask for the digest all the same.
    func authenticate(to identity: Identity, _ entry: inout Entry) async throws(OMADMRefusal) {
        var account = identity.digest?.account
        if account == nil, let name = identity.accountName, await digests.isAsked(by: name) {
            account = try await self.account(of: name)
        }
        guard let account, entry.serverAuthentication != .accepted else {
            (entry.session.cred, entry.session.locName) = (nil, nil)
            return
        }
        entry.session.cred = await digests.cred(for: account)
        entry.session.locName = WindowsEnrollmentConfiguration.providerID
    }

    /// Takes what a device says of the digest it was shown.
    ///
    /// It does nothing for a server that it does not believe, and tells the nonce for another try: what it was sent is
    /// sent again, once in a session.
    ///
    /// - Returns: whether the answers of the device are those of a device that does not believe.
    func takeServerAuthentication(
        _ package: DevicePackage, _ exchange: Exchange, _ entry: inout Entry
    ) async throws(OMADMRefusal) -> Bool {
        guard let name = exchange.identity.accountName, let code = package.headerStatus else { return false }
        await digests.note(package.chal, of: name)
        if code == .authenticationAccepted { entry.serverAuthentication = .accepted }
        guard code == .authenticationRequired || code == .invalidCredentials, package.chal != nil,
            entry.serverAuthentication == .pending
        else { return false }
        entry.serverAuthentication = .challenged
        // Commands are sent again in another session than the one they went out in.
        entry.name = newSessionName()
        let device = exchange.device.id
        try await requeueUnanswered(of: exchange.identity, before: entry.name)
        entry.questions = try await storing { () async throws(StoreError) in
            try await services.orders.questions(for: device, lastContact: nil)
        }
        return true
    }
}
