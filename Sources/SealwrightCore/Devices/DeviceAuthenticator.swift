// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
package import PKIFormats

/// Why a client certificate does not make its holder a device of ours.
package enum DeviceRefusal: Error, Hashable, Sendable {
    /// None was shown.
    case noCertificate
    /// None of our authorities issued it to a device.
    case notOurs
    /// It is past its end, or before its begin.
    case notValidNow(DeviceID)
    /// It was revoked or is on hold.
    case revoked(DeviceID)
    /// The device is blocked or retired.
    case deviceRefused(Device.State, DeviceID)
    /// The store failed.
    case store(StoreError)

    /// The stable code of this refusal, the same in log, audit, API and command line.
    package var code: String {
        switch self {
        case .noCertificate: "device.no-certificate"
        case .notOurs: "device.certificate-not-ours"
        case .notValidNow: "device.certificate-not-valid"
        case .revoked: "device.certificate-revoked"
        case .deviceRefused: "device.refused"
        case .store(let error): error.code
        }
    }
}

extension DeviceRefusal: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .noCertificate: "no client certificate was shown"
        case .notOurs: "the client certificate was not issued to a device by this server"
        case .notValidNow: "the client certificate is not valid now"
        case .revoked: "the client certificate is revoked or on hold"
        case .deviceRefused(let state, _): "the device is \(state.rawValue)"
        case .store(let error): "\(error)"
        }
    }
}

extension DeviceRefusal {
    /// The device that has the key and is not let in, where that is known.
    package var device: DeviceID? {
        switch self {
        case .notValidNow(let id), .revoked(let id), .deviceRefused(_, let id): id
        case .noCertificate, .notOurs, .store: nil
        }
    }
}

/// Tells which device is at the other end of a connection, by the certificate it proved to have the key of.
///
/// Asked for each request: a certificate can be revoked and a device blocked while a connection is open.
package struct DeviceAuthenticator: Sendable {
    private let store: any CredentialStore & DeviceStore
    private let registry: AuthorityRegistry
    private let clock: any Clock

    package init(store: any CredentialStore & DeviceStore, registry: AuthorityRegistry, clock: any Clock) {
        self.store = store
        self.registry = registry
        self.clock = clock
    }

    /// The device of a certificate.
    ///
    /// - Throws: ``DeviceRefusal``.
    package func device(of certificate: CertificateView?) async throws(DeviceRefusal) -> Device {
        try await holder(of: certificate).device
    }

    /// The device of a certificate, and what is known of that.
    ///
    /// - Throws: ``DeviceRefusal``.
    package func holder(
        of certificate: CertificateView?
    ) async throws(DeviceRefusal) -> (device: Device, credential: Credential) {
        guard let certificate else { throw .noCertificate }
        guard let authority = registry.authority(issuing: certificate) else { throw .notOurs }
        let found: Credential?
        do {
            found = try await store.credential(authority: authority.id, serial: certificate.serialNumber)
        } catch {
            throw .store(error)
        }
        // The very octets that were issued: no signature says more.
        guard let credential = found, credential.certificate == certificate.encoded, let id = credential.device else {
            throw .notOurs
        }
        guard credential.revocation == nil else { throw .revoked(id) }
        guard certificate.isValid(at: clock.now) else { throw .notValidNow(id) }
        return (try await admitted(id), credential)
    }

    private func admitted(_ id: DeviceID) async throws(DeviceRefusal) -> Device {
        let device: Device?
        do { device = try await store.device(id) } catch { throw .store(error) }
        guard let device else { throw .notOurs }
        guard device.state != .blocked, device.state != .retired else { throw .deviceRefused(device.state, id) }
        return device
    }
}
