// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightNetwork
import SealwrightStore
import TrustEvaluation

/// Devices that were enrolled by SCEP and come for management with their certificates.
struct ManagedFleet: Sendable {
    /// A device and how it connects.
    struct Member: Sendable {
        /// The name in its certificate.
        let name: String
        let id: DeviceID
        let tls: TLSClient
    }

    let members: [Member]
    /// How the load tool reaches the API; it trusts as the devices do.
    let visitor: TLSClient

    /// The names of the devices, in the order of their messages.
    static func name(_ index: Int) -> String { "managed-\(index).example" }

    /// Finds enrolled devices in a store, while no server runs.
    ///
    /// - Parameters:
    ///   - count: how many were enrolled.
    ///   - devices: whose keys they have.
    ///   - filler: the store.
    /// - Throws: ``BenchmarkError`` when a device is missing, and what the store throws.
    init(_ count: Int, devices: SCEPDevices, in filler: StoreFiller) async throws {
        guard let root = try await filler.store.authorities().first(where: { $0.kind == .root }) else {
            throw BenchmarkError("there is no root")
        }
        var trust = PeerTrust(
            anchors: [TrustAnchor(try CertificateView(parsing: root.certificate))], purpose: .serverAuth)
        trust.signatures = SignatureCache()
        var members: [Member] = []
        for index in 0..<count {
            let name = Self.name(index)
            let subject = DistinguishedName([(type: .commonName, text: name)]).rfc4514
            guard let device = try await filler.store.device(attachment: .scepSubject(subject)) else {
                throw BenchmarkError("\(name) is no device")
            }
            var filter = CredentialFilter(now: Timestamp.systemClock)
            filter.device = device.id
            guard let credential = try await filler.store.credentials(filter, after: nil, limit: 10).items.first else {
                throw BenchmarkError("\(name) has no certificate")
            }
            let identity = try ServedIdentity(
                chain: [try CertificateView(parsing: credential.certificate)], key: try devices.key(index))
            members.append(
                Member(
                    name: name, id: device.id,
                    tls: try TLSClient(TLSClientSettings(trust: trust, identity: identity))))
        }
        self.members = members
        visitor = try TLSClient(TLSClientSettings(trust: trust))
    }
}
