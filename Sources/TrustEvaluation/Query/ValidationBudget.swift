// SPDX-License-Identifier: Apache-2.0

/// The bounds on the work that one query can cause, whatever the certificates look like.
///
/// Past a bound the answer is ``TrustCode/budgetExceeded``, unless an acceptable path was found before.
public struct ValidationBudget: Sendable, Hashable {
    /// Signatures verified, those of CRLs and OCSP responses included.
    ///
    /// Real paths need 2 to 4; webpki has the same limit.
    public var signatures: Int
    /// Comparisons of a name with a subtree of name constraints; long ones count for one each 32 octets.
    ///
    /// The number is webpki's: 1,024 names times 244 subtrees.
    public var nameComparisons: Int
    /// Certificates of a path, leaf and trust anchor included.
    ///
    /// OpenSSL allows 100, browsers 6 to 20; what is in use stays under 6.
    public var depth: Int
    /// Certificates put on a path and taken off again while searching.
    ///
    /// With signatures remembered, only this bounds the search among certificates that issue each other.
    public var steps: Int
    /// Nodes of one policy tree.
    ///
    /// A tree can grow exponentially with its depth (CVE-2023-0464); OpenSSL has the same limit.
    public var policyNodes: Int

    /// Bounds; without arguments the usual ones.
    public init(
        signatures: Int = 100, nameComparisons: Int = 250_000, depth: Int = 10, steps: Int = 2_000,
        policyNodes: Int = 1_000
    ) {
        self.signatures = signatures
        self.nameComparisons = nameComparisons
        self.depth = depth
        self.steps = steps
        self.policyNodes = policyNodes
    }

    /// The usual bounds.
    public static let standard = ValidationBudget()
}

/// What one query cost, in the units of ``ValidationBudget``.
public struct ValidationWork: Sendable, Hashable {
    /// Signatures verified.
    public var signatures = 0
    /// Signatures that a ``SignatureCache`` remembered.
    public var rememberedSignatures = 0
    /// Names compared with subtrees.
    public var nameComparisons = 0
    /// Certificates put on a path.
    public var steps = 0

    /// No work yet.
    public init() {}
}
