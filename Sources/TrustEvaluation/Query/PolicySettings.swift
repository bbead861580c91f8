// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// Which certificate policies are asked for.
///
/// Source: RFC 5280, section 6.1.1 (c), (e), (f) and (g).
public struct PolicySettings: Sendable, Hashable {
    /// The policies acceptable here: user-initial-policy-set.
    ///
    /// `anyPolicy` alone, the default, takes all.
    public var acceptable: Set<OID>
    /// Whether a policy must hold for the whole path: initial-explicit-policy.
    public var requiresExplicitPolicy: Bool
    /// Whether `anyPolicy` in certificates is ignored: initial-any-policy-inhibit.
    public var inhibitsAnyPolicy: Bool
    /// Whether policy mappings are ignored: initial-policy-mapping-inhibit.
    public var inhibitsMapping: Bool

    /// Settings; without arguments those that ask for nothing.
    public init(
        acceptable: Set<OID> = [.anyPolicy], requiresExplicitPolicy: Bool = false, inhibitsAnyPolicy: Bool = false,
        inhibitsMapping: Bool = false
    ) {
        self.acceptable = acceptable.isEmpty ? [.anyPolicy] : acceptable
        self.requiresExplicitPolicy = requiresExplicitPolicy
        self.inhibitsAnyPolicy = inhibitsAnyPolicy
        self.inhibitsMapping = inhibitsMapping
    }
}
