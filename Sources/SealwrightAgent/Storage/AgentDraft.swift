// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// A change in the making: the state as it will be, and keys that come with it.
///
/// A copy of it is a savepoint: an Atomic that fails puts the copy back.
struct AgentDraft: Sendable {
    /// The state as it will be.
    var state: AgentState
    /// Private keys in PEM, those in the TPM as it encrypted them, by the path of their file.
    ///
    /// Only those whose file follows from the state are written, so none can be left over.
    private(set) var keys: [String: [UInt8]] = [:]
    /// What happened, for the log.
    private(set) var events: [AgentEvent] = []
    let files: any FileAccess

    init(_ state: AgentState, files: any FileAccess) {
        self.state = state
        self.files = files
    }

    /// Tells something to the log.
    mutating func note(_ event: AgentEvent) { events.append(event) }
}

// MARK: - Keys

extension AgentDraft {
    /// Keeps a private key in a file.
    mutating func keepKey(_ key: AgentKey, at path: String) { keys[path] = key.contents }

    /// Keeps the numbers of a private key in a file.
    mutating func keepKey(_ material: PrivateKeyMaterial, at path: String) { keepKey(.software(material), at: path) }

    /// The private key in a file, in software, in the TPM or sealed; `nil` when there is none or it is none.
    func anyKey(at path: String) -> AgentKey? {
        guard let contents = keys[path] ?? (try? files.contents(path)) ?? nil else { return nil }
        return AgentKey(reading: contents)
    }

    /// The numbers of a private key in software; `nil` when there is none, and for one in the TPM or sealed.
    func key(at path: String) -> PrivateKeyMaterial? { anyKey(at: path)?.material }

    /// Whether there is a file for a private key.
    func hasKey(at path: String) -> Bool { keys[path] != nil || files.exists(path) }
}

// MARK: - Certificates

extension AgentDraft {
    /// Puts a certificate or CRL into a store, or adds an owner to one that is there.
    ///
    /// `container` is the one that the key was sealed to.
    ///
    /// - Returns: where it is.
    @discardableResult
    mutating func install(
        _ encoded: [UInt8], in location: StoreLocation, owner: StoreOwner, key: AgentKey? = nil,
        isKeyExportable: Bool = false, container: String? = nil
    ) -> StoreReference {
        let reference = StoreReference(location, Thumbprint(of: encoded))
        var store = state.store(location)
        var entry =
            store.entries[reference.thumbprint]
            ?? CertificateStore.Entry(encoded: EncodedBytes(encoded), owners: [])
        entry.owners.insert(owner)
        if let key {
            entry.hasKey = true
            entry.isKeyExportable = isKeyExportable
            entry.container = container
            keepKey(key, at: reference.keyPath)
        }
        store.entries[reference.thumbprint] = entry
        state.stores[location] = store
        return reference
    }

    /// Puts what an installation brought into the stores of its scope, in place of what it brought before: the
    /// certificate with its key into `my`, the authorities into `ca`.
    ///
    /// A self-issued authority is not taken: nobody is to trust it for coming along.
    ///
    /// - Returns: where the certificate is.
    mutating func install(
        _ certificate: [UInt8], key: AgentKey, authorities: [CertificateView],
        of installation: InstallationID, isKeyExportable: Bool = false, container: String? = nil
    ) -> StoreReference {
        let owner = StoreOwner.node(installation)
        let reference = install(
            certificate, in: StoreLocation(installation.scope, .my), owner: owner, key: key,
            isKeyExportable: isKeyExportable, container: container)
        var installed: Set<StoreReference> = [reference]
        for authority in authorities {
            guard !authority.isSelfIssued else {
                note(AgentEvent(.rootNotTrusted, installation.uniqueID, authority.subject.rfc4514))
                continue
            }
            installed.insert(
                install(authority.encoded, in: StoreLocation(installation.scope, .ca), owner: owner))
        }
        release(owner, in: installation.scope, keeping: installed)
        return reference
    }

    /// Takes an owner off everything in the stores of a scope, except what is kept; what has no owner left goes.
    mutating func release(
        _ owner: StoreOwner, in scope: ManagementScope, keeping kept: Set<StoreReference> = []
    ) {
        for name in StoreName.allCases {
            let location = StoreLocation(scope, name)
            guard var store = state.stores[location] else { continue }
            for (thumbprint, entry) in store.entries where entry.owners.contains(owner) {
                guard !kept.contains(StoreReference(location, thumbprint)) else { continue }
                let owners = entry.owners.subtracting([owner])
                if owners.isEmpty {
                    store.entries[thumbprint] = nil
                } else {
                    store.entries[thumbprint]?.owners = owners
                }
            }
            state.stores[location] = store
        }
    }

    /// Gives a certificate other owners; without any it goes, its key too.
    mutating func setOwners(_ owners: Set<StoreOwner>, of reference: StoreReference) {
        guard !owners.isEmpty else {
            _ = remove(reference)
            return
        }
        state.stores[reference.location]?.entries[reference.thumbprint]?.owners = owners
    }

    /// Removes a certificate or CRL whoever owns it, its key too.
    ///
    /// - Returns: whether it was there.
    mutating func remove(_ reference: StoreReference) -> Bool {
        state.stores[reference.location]?.entries.removeValue(forKey: reference.thumbprint) != nil
    }
}
