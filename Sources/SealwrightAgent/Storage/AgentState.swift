// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// Everything the agent keeps, except the private keys, as one value.
///
/// All files of the agent follow from it, so that changing it in one step changes them in one step.
public struct AgentState: Hashable, Sendable, Codable {
    /// What servers set.
    public internal(set) var tree = ManagementTree()
    /// The installations by PFX, and failed attempts at one.
    public internal(set) var pfx: [InstallationID: PFXInstallation] = [:]
    /// The installations by SCEP.
    public internal(set) var scep: [InstallationID: SCEPInstallation] = [:]
    /// The certificates and CRLs.
    public internal(set) var stores: [StoreLocation: CertificateStore] = [:]
    /// The certificate that the device proves itself with to its management server.
    public internal(set) var managementCertificate: StoreReference?
    /// Alerts that no server has taken yet, oldest first.
    public internal(set) var alerts: [QueuedAlert] = []
    /// The last message of a server and its answer.
    public internal(set) var exchange: AnsweredMessage?
    /// The account with the management server; `nil` for a device that is not enrolled.
    public internal(set) var account: EnrolledAccount?
    /// How the renewal of the device's certificate stands; `nil` before anything was tried or asked for.
    public internal(set) var renewal: CertificateRenewal?
    /// The server that told the device to leave its management; the agent's service carries it out.
    public internal(set) var unenrollment: UnenrollmentRequest?
    /// The name the device gives itself, kept over enrolments; `nil` before the first.
    public internal(set) var deviceID: String?
    /// The management server and what became of its sessions; `nil` when the device is not enrolled.
    public internal(set) var enrollment: EnrollmentRecord?
    /// The key that waits for a certificate of the management server.
    var pendingEnrollment: PendingEnrollment?
    /// Counts enrolments, keys and alerts.
    var counter: UInt64 = 0
    /// The form of the file; absent in those of the first versions.
    private(set) var format: Int? = AgentState.currentFormat

    /// The form that this version writes, and the latest that it reads.
    private static let currentFormat = 1

    private enum CodingKeys: String, CodingKey {
        case tree, pfx, scep, stores, managementCertificate, alerts, exchange, account, renewal
        // The file has the word as its first versions spelled it.
        case unenrollment = "unenrolment"
        case deviceID, enrollment, pendingEnrollment, counter, format
    }

    /// Makes the state of a new device.
    public init() {}

    /// The store at a location.
    public func store(_ location: StoreLocation) -> CertificateStore { stores[location] ?? CertificateStore() }

    /// The value that a server set at a node of the device's tree.
    ///
    /// - Parameter path: the names from the root, such as `Vendor`, `MSFT`, `DMClient`, `Provider`, the server's, `UPN`.
    /// - Returns: `nil` when it is not set.
    public func node(_ path: [String]) -> String? { tree[.device, NodeCatalog.key(path)]?.value }

    /// A number that was not given before.
    mutating func nextNumber() -> UInt64 {
        counter &+= 1
        return counter
    }

    /// The files of keys whose certificates are yet to come.
    var pendingKeyPaths: Set<String> {
        Set(scep.values.compactMap { $0.run?.keyPath } + [pendingEnrollment?.keyPath].compactMap { $0 })
    }
}

extension AgentState {
    /// What is read of a state of any version.
    private struct Stamp: Decodable {
        let format: Int?
    }

    /// Reads the file.
    ///
    /// A later version's file is not taken for the part of it that is known: writing that back would lose the rest.
    ///
    /// - Parameters:
    ///   - contents: the file.
    ///   - path: what it is called.
    /// - Throws: ``AgentError/corrupt(path:reason:)``.
    init(reading contents: [UInt8], from path: String) throws(AgentError) {
        let data = Data(contents)
        let stamp = try? JSONDecoder().decode(Stamp.self, from: data)
        guard stamp?.format ?? 1 <= Self.currentFormat else {
            throw .corrupt(path: path, reason: "a later version of the agent wrote it")
        }
        do {
            self = try JSONDecoder().decode(AgentState.self, from: data)
        } catch {
            throw .corrupt(path: path, reason: "not a state of this version")
        }
    }
}
