// SPDX-License-Identifier: Apache-2.0

extension CertificateInstallation {
    /// How much is proved.
    package enum Stage: String, Sendable, Codable, CaseIterable {
        /// Ordered here; the device knows nothing of it yet.
        case ordered
        /// The device took the order.
        case delivered
        /// The request reached the authority.
        case requested
        /// The authority issued the certificate.
        case issued
        /// The device shows the certificate that was issued.
        case installed
        /// It came to nothing; ``CertificateInstallation/reason`` tells why.
        case failed
        /// The device says "installed", but shows another certificate than was issued, or none.
        case mismatched
        /// It was taken off the device again, as somebody ordered.
        case removed

        /// Whether the generation has an end, good or bad.
        package var isSettled: Bool {
            switch self {
            case .ordered, .delivered, .requested, .issued: false
            case .installed, .failed, .mismatched, .removed: true
            }
        }
    }

    /// The furthest stage that is proved for this generation.
    package var stage: Stage {
        if failedAt != nil { return isRemoved ? .removed : .failed }
        if let thumbprint { return thumbprint == issuedThumbprint ? .installed : .mismatched }
        switch kind {
        case .scep: return stageBeforeInstallation
        // Issued before it is ordered, which says nothing of the device.
        case .pfx: return deliveredAt != nil ? .delivered : .ordered
        }
    }

    private var stageBeforeInstallation: Stage {
        if issuedAt != nil { return .issued }
        if requestedAt != nil { return .requested }
        return deliveredAt != nil ? .delivered : .ordered
    }

    /// Whether it counts as failed although the authority may still get the request: only the order's challenge makes
    /// one, and a device that was sent the order has it.
    package var isGivenUp: Bool { stage == .failed && kind == .scep && challenge != nil && requestedAt == nil }

    /// Whether anything proves that the device got the order of this generation.
    var isKnownToDevice: Bool { deliveredAt != nil || requestedAt != nil }
}
