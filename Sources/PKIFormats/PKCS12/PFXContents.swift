// SPDX-License-Identifier: Apache-2.0

/// What is in a PKCS#12.
public struct PFXContents: Sendable {
    /// The bags in the order of the file, those inside others in their place.
    public let bags: [SafeBag]
    /// Whether a MAC was checked.
    public let isAuthenticated: Bool

    /// The private keys that were opened, with the names of their bags.
    public var keys: [(info: PrivateKeyInfo, bag: SafeBag)] {
        bags.compactMap { bag in
            if case .key(let info) = bag.content { (info, bag) } else { nil }
        }
    }

    /// The certificates, with the names of their bags.
    public var certificates: [(certificate: CertificateView, bag: SafeBag)] {
        bags.compactMap { bag in
            if case .certificate(let certificate) = bag.content { (certificate, bag) } else { nil }
        }
    }

    /// The encoded CRLs.
    public var crls: [[UInt8]] {
        bags.compactMap { bag in
            if case .crl(let encoded) = bag.content { encoded } else { nil }
        }
    }

    /// Whether a private key stayed closed or is of a kind that is not supported.
    public var hasLockedKey: Bool {
        bags.contains { bag in
            switch bag.content {
            case .lockedKey, .unsupportedKey: true
            default: false
            }
        }
    }
}
