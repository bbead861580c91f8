// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// Whom the certificate of a server has to lead to.
public struct ServerTrust: Hashable, Sendable, Codable {
    /// Whether the anchors of the machine count.
    public var includesSystem: Bool
    /// Further anchors, DER.
    public var anchors: [EncodedBytes]
    /// Certificates that no chain may lead through, whoever else trusts them, DER.
    public var untrusted: [EncodedBytes] = []

    /// Joins the two.
    public init(includesSystem: Bool, anchors: [EncodedBytes] = []) {
        self.includesSystem = includesSystem
        self.anchors = anchors
    }

    /// The anchors of the machine.
    public static let system = ServerTrust(includesSystem: true)

    /// Certain certificates and no others.
    public static func only(_ certificates: [CertificateView]) -> ServerTrust {
        ServerTrust(includesSystem: false, anchors: certificates.map { EncodedBytes($0.encoded) })
    }

    /// The certificates of ``anchors``; what is none is passed over.
    public var certificates: [CertificateView] { anchors.compactMap { try? CertificateView(parsing: $0.octets) } }
}

extension AgentState {
    /// Whom servers have to lead to once the device is enrolled: what the enrolment trusted, and the device's `root`
    /// store.
    ///
    /// - Parameter base: what counts besides the store when the device is not enrolled.
    /// - Returns: the anchors, and what is trusted never.
    public func serverTrust(_ base: ServerTrust = .system) -> ServerTrust {
        var trust = enrollment?.trust ?? base
        let roots = store(StoreLocation(.device, .root)).entries.sorted { $0.key.text < $1.key.text }
        for entry in roots.map(\.value) where !trust.anchors.contains(entry.encoded) {
            trust.anchors.append(entry.encoded)
        }
        // RootCATrustedCertificates, "UntrustedCertificates".
        trust.untrusted = store(StoreLocation(.device, .untrusted)).entries.values.map(\.encoded)
        trust.anchors.removeAll { trust.untrusted.contains($0) }
        return trust
    }
}
