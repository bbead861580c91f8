// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats

extension TreeEngine {
    /// Installs the PFX that the nodes of a UniqueID describe, in place of one installed before.
    ///
    /// The new one is in place before the old one goes; what nobody else installed of the old one is removed.
    ///
    /// - Throws: ``CommandFailure`` with status 500 and the result for the Status node.
    func importPFX(
        _ installation: InstallationID, near place: Place, _ draft: inout AgentDraft
    ) throws(CommandFailure) {
        do throws(HResult) {
            let settings = try PFXSettings { name in value(of: name, beside: place, draft) }
            _ = try settings.isExportable(context.policy.exportable, isSoftware: settings.keyLocation.allowsSoftware)
            let container = draft.container(settings.containerName, in: installation.scope)
            try settings.keyLocation.check(context.tpm, container)
            let password = try password(settings, installation.scope, draft)
            guard let der = Base64.decode(settings.blob, tolerance: .tolerant) else { throw .badEncoding }
            let sorted = try SortedPFX(opening: der, password: password)
            let key = try placedKey(sorted.key, settings.keyLocation, container)
            let isExportable = try settings.isExportable(
                context.policy.exportable, isSoftware: key.material != nil)
            install(
                sorted, key, installation, isExportable: isExportable, container: settings.containerName, &draft)
            eraseBlob(beside: place, &draft)
        } catch {
            throw CommandFailure(.commandFailed, "\(place.uri): the import failed with \(error)", result: error)
        }
    }

    /// Keeps the result of an import that failed, which outlives the roll-back of its Atomic, so that the server can ask.
    func recordFailedImport(_ installation: InstallationID, _ result: HResult, _ draft: inout AgentDraft) {
        draft.note(AgentEvent(.pfxFailed, installation.uniqueID, "\(result)"))
        let installed = draft.state.pfx[installation]?.installed
        let failures = draft.state.pfx.filter { $0.value.installed == nil && $0.key != installation }
        if failures.count >= Self.failureLimit, let oldest = failures.keys.min(by: { $0.uniqueID < $1.uniqueID }) {
            draft.state.pfx[oldest] = nil
        }
        draft.state.pfx[installation] = PFXInstallation(installed: installed, status: result)
    }

    /// Failed imports kept; a server that tries names without end gets no further.
    private static let failureLimit = 256

    /// The key where it is to be kept; once it is in the TPM nobody takes it out again, in a container only its user.
    private func placedKey(
        _ material: PrivateKeyMaterial, _ location: KeyLocation, _ container: KeyContainer?
    ) throws(HResult) -> AgentKey {
        if location == .hello {
            guard let container else { throw .containerNotFound }
            return .sealed(try container.seal(material))
        }
        let type = (try? material.publicKey()).flatMap { KeyType($0) }
        guard let tpm = try location.place(type, context.tpm) else { return .software(material) }
        do throws(CryptoError) {
            return .tpm(try tpm.importKey(material))
        } catch {
            // An exponent or primes that the TPM does not take, or a TPM that takes none at all.
            guard location.allowsSoftware else { throw error.keyResult }
            return .software(material)
        }
    }

    private func install(
        _ sorted: SortedPFX, _ key: AgentKey, _ installation: InstallationID, isExportable: Bool,
        container: String?, _ draft: inout AgentDraft
    ) {
        let reference = draft.install(
            sorted.leaf.encoded, key: key, authorities: sorted.authorities, of: installation,
            isKeyExportable: isExportable, container: container)
        draft.state.pfx[installation] = PFXInstallation(installed: reference, status: .ok)
        draft.note(AgentEvent(.pfxInstalled, installation.uniqueID, reference.thumbprint.text))
    }

    /// The password in UTF-8; `nil` when there is none.
    private func password(
        _ settings: PFXSettings, _ scope: ManagementScope, _ draft: AgentDraft
    ) throws(HResult) -> [UInt8]? {
        guard let text = settings.password else { return nil }
        let references: [StoreReference]
        switch settings.encryption {
        case .none: return Array(text.utf8)
        case .managementCertificate:
            guard let reference = draft.state.managementCertificate else { throw .noDecryptCertificate }
            references = [reference]
        case .store(let name):
            let location = StoreLocation(scope, name)
            references = draft.state.store(location).entries.keys.map { StoreReference(location, $0) }
        }
        return try PFXPassword(
            candidates: candidates(references, draft), pool: context.pool, tpm: context.tpm
        ).decrypt(text)
    }

    private func candidates(
        _ references: [StoreReference], _ draft: AgentDraft
    ) -> [(certificate: CertificateView, key: AgentKey)] {
        references.compactMap { reference in
            guard let certificate = draft.state.store(reference.location).certificate(reference.thumbprint),
                let key = draft.anyKey(at: reference.keyPath)
            else { return nil }
            return (certificate, key)
        }
    }

    /// In production the blob is gone once the key is in its store; the node stays.
    ///
    /// Its password stays in the state, which only the agent's user reads and no Get tells: a Replace of the blob alone
    /// installs another PFX under the same password. It goes with the UniqueID.
    private func eraseBlob(beside place: Place, _ draft: inout AgentDraft) {
        guard context.policy.secrets == .redacted, let blob = sibling("PFXCertBlob", of: place) else { return }
        draft.state.tree[blob.scope, blob.key]?.value = nil
    }

    /// The value of a node with the same parent; `nil` when it is absent.
    private func value(of name: String, beside place: Place, _ draft: AgentDraft) -> String? {
        sibling(name, of: place).flatMap { draft.state.tree[$0.scope, $0.key]?.value }
    }

    private func sibling(_ name: String, of place: Place) -> Place? {
        parent(of: place).flatMap { child(name, of: $0) }
    }
}
