// SPDX-License-Identifier: Apache-2.0

public import CryptoProvider
import PKIFormats

/// What administrators and the enrolment of the device do with the stores, without a management server.
extension AgentStore {
    /// Puts certificates, or CRLs into the `crl` store, from a file in DER, PEM or Base64.
    ///
    /// - Returns: where they are.
    /// - Throws: ``AgentError/unreadable(_:)`` when something in the file is neither, with what it is where that is
    ///   known; then nothing is installed.
    public func importFile(_ contents: [UInt8], into location: StoreLocation) throws(AgentError) -> [StoreReference] {
        let blocks: [PEMBlock]
        do throws(FormatError) {
            blocks = try PEM.sniff(contents)
        } catch {
            throw .unreadable(error.description)
        }
        for block in blocks { try ImportedPart.check(block, for: location.name) }
        return try transaction { draft in
            blocks.map { draft.install($0.der, in: location, owner: .administrator) }
        }
    }

    /// Puts the certificate of the device's enrolment, with its key, into the `my` store of the device, in place of an
    /// earlier one.
    ///
    /// It decrypts passwords that a server encrypted to it.
    ///
    /// - Throws: ``AgentError/unreadable(_:)`` when it is no certificate or the key is another one's.
    public func setManagementCertificate(_ encoded: [UInt8], key: PrivateKeyMaterial) throws(AgentError) {
        try setManagementCertificate(encoded, key: .software(key))
    }

    /// The same with a key that may be in the TPM.
    ///
    /// - Throws: ``AgentError/unreadable(_:)`` when it is no certificate or the key is another one's.
    public func setManagementCertificate(_ encoded: [UInt8], key: AgentKey) throws(AgentError) {
        guard let certificate = try? CertificateView(parsing: encoded), let own = try? key.publicKey(),
            certificate.publicKey == own
        else { throw .unreadable("the key does not belong to the certificate") }
        try transaction { draft in
            let reference = draft.install(encoded, in: StoreLocation(.device, .my), owner: .management, key: key)
            draft.release(.management, in: .device, keeping: [reference])
            draft.state.managementCertificate = reference
        }
    }

    /// The private key of a certificate, when it may be given away.
    ///
    /// - Throws: ``AgentError/notFound(_:)`` when there is none that may.
    public func exportKey(of reference: StoreReference) throws(AgentError) -> PrivateKeyMaterial {
        guard let entry = state.store(reference.location).entries[reference.thumbprint], entry.isKeyExportable,
            let key = lookingDraft().key(at: reference.keyPath)
        else { throw .notFound("an exportable key of \(reference.thumbprint)") }
        return key
    }

    /// Takes back all that servers did, when the device leaves its management: nodes, certificates, keys, enrolments.
    ///
    /// What administrators installed stays, and so does the name of the device.
    ///
    /// - Parameter keepsCertificates: whether certificates and keys that servers brought stay, as if an administrator
    ///   had installed them.
    /// - Throws: ``AgentError`` when it cannot be kept.
    public func unenroll(keepsCertificates: Bool = false) throws(AgentError) {
        try transaction { draft in
            for (location, store) in draft.state.stores {
                if keepsCertificates {
                    for thumbprint in store.entries.keys {
                        draft.state.stores[location]?.entries[thumbprint]?.owners = [.administrator]
                    }
                    continue
                }
                let managed = Set(store.entries.values.flatMap(\.owners)).subtracting([.administrator])
                for owner in managed { draft.release(owner, in: location.scope) }
            }
            draft.state.tree = ManagementTree()
            draft.state.pfx = [:]
            draft.state.scep = [:]
            draft.state.managementCertificate = nil
            draft.state.account = nil
            draft.state.renewal = nil
            draft.state.unenrollment = nil
            draft.state.alerts = []
            draft.state.exchange = nil
            draft.state.enrollment = nil
            draft.state.pendingEnrollment = nil
        }
    }

    /// Removes a certificate or CRL with its key, whoever installed it.
    ///
    /// - Parameters:
    ///   - reference: the certificate or CRL.
    ///   - isForced: whether even the certificate goes that the device proves itself with, after which it can open no
    ///     session.
    /// - Throws: ``AgentError/notFound(_:)``, ``AgentError/managementCertificate``.
    public func remove(_ reference: StoreReference, isForced: Bool = false) throws(AgentError) {
        let isRemoved = try transaction { (draft) throws(AgentError) -> Bool in
            guard isForced || draft.state.managementCertificate != reference else { throw .managementCertificate }
            return draft.remove(reference)
        }
        guard isRemoved else { throw .notFound("\(reference.thumbprint)") }
    }
}
