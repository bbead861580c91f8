// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
package import SealwrightCore

/// A certificate with its key that is sent to a device.
package struct OMADMPFXOrder: Sendable {
    /// The name of the certificate on the device; the thumbprint without one.
    package var uniqueID: String?
    package var scope: CommandScope
    /// PKCS#12, DER.
    package var pfx: [UInt8]
    package var password: Secret?
    package var isExportable: Bool

    package init(
        uniqueID: String? = nil, scope: CommandScope = .device, pfx: [UInt8], password: Secret?,
        isExportable: Bool = false
    ) {
        self.uniqueID = uniqueID
        self.scope = scope
        self.pfx = pfx
        self.password = password
        self.isExportable = isExportable
    }
}

extension OMADMOrders {
    /// Sends a certificate with its key.
    ///
    /// - Throws: ``OMADMOrderError``; for a PFX that its password does not open, or that holds no key, too.
    package func order(
        _ order: OMADMPFXOrder, for device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> CertificateInstallation {
        try await demandManaged(device)
        let leaf = try Self.leaf(of: order)
        return try await repeatingOvertaken { () async throws(OMADMOrderError) in
            try await place(order, leaf, for: device, by: actor)
        }
    }

    private func place(
        _ order: OMADMPFXOrder, _ leaf: CertificateView, for device: DeviceID, by actor: String
    ) async throws(OMADMOrderError) -> CertificateInstallation {
        let thumbprint = Hex.encode(DigestAlgorithm.sha1.hash(leaf.encoded))
        let wanted = order.uniqueID ?? thumbprint.uppercased()
        let known = try await installation(device, order.scope, .pfx, wanted)
        if let known { try await demandNotLeaving(known) }
        let uniqueID = known?.uniqueID ?? wanted
        var record = CertificateInstallation(
            id: .new(milliseconds: clock.milliseconds), device: device, scope: order.scope, kind: .pfx,
            uniqueID: uniqueID, specification: "pfx", subject: leaf.subject.rfc4514, orderedAt: clock.now)
        if let known { record = record.replacing(known) }
        // Of a certificate of another authority nothing is known but itself.
        record.issuedThumbprint = thumbprint
        if let credential = try await credential(of: leaf) { record = record.issued(credential) }
        let payload = PFXCertificatePayload(
            uniqueID: uniqueID, scope: order.scope.tree, blob: order.pfx,
            password: order.password.map { .plain($0.reveal()) } ?? .absent, isExportable: order.isExportable)
        try Self.checkName(payload)
        let command = try make(
            payload.commands(), title: "certificate \(leaf.subject.rfc4514) with its key", kind: .pfx,
            tolerating: [.notFound], isSecret: true, installation: record.id, for: device, by: actor)
        try await withdrawUnsent(known, by: actor)
        let installation = record
        try await managing { () async throws(ManagementError) in
            try await management.queue([command], for: device, installation: installation, by: actor)
        }
        return installation
    }

    /// Names of certificates with keys follow the same rule as those that devices enrol for.
    private static func checkName(_ payload: PFXCertificatePayload) throws(OMADMOrderError) {
        let findings = PayloadLint.findings(in: payload.commands())
        guard let finding = findings.first(where: { $0.rule == .uniqueID }) else { return }
        throw .invalid(field: "uniqueID", reason: "cannot be taken: \(finding.message) \(finding.fix)")
    }

    /// The certificate of the first key.
    private static func leaf(of order: OMADMPFXOrder) throws(OMADMOrderError) -> CertificateView {
        let contents: PFXContents
        do {
            contents = try PFX(parsing: order.pfx).open(password: Array((order.password?.reveal() ?? "").utf8))
        } catch {
            throw .invalid(field: "pfx", reason: "cannot be opened: \(error)")
        }
        guard let key = contents.keys.first?.info.material, let publicKey = try? key.publicKey(),
            let leaf = contents.certificates.map(\.certificate).first(where: { $0.publicKey == publicKey })
        else { throw .invalid(field: "pfx", reason: "holds no key with its certificate") }
        return leaf
    }

    private func credential(of leaf: CertificateView) async throws(OMADMOrderError) -> Credential? {
        do {
            let found = try await store.credential(serial: leaf.serialNumber)
            return found?.certificate == leaf.encoded ? found : nil
        } catch {
            throw .management(.store(error))
        }
    }
}
