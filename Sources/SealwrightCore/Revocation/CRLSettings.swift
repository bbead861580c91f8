// SPDX-License-Identifier: Apache-2.0

/// How CRLs are made.
///
/// All times are seconds.
package struct CRLSettings: Sendable, Hashable {
    /// From the making of a full CRL to its nextUpdate.
    package var validity: Int64
    /// A full CRL is made anew at this age even when nothing was revoked.
    package var period: Int64
    /// thisUpdate lies this far back, for devices whose clocks are slow.
    package var backdate: Int64
    /// How long a revocation may wait for others, so that a hundred of them make one CRL.
    package var debounce: Duration
    /// Whether delta CRLs are made and the full ones point to them.
    package var deltas: Bool
    /// From the making of a delta CRL to its nextUpdate.
    package var deltaValidity: Int64
    /// Parts an issuing authority's full CRL is also published in, by serial; 1 for none.
    ///
    /// Certificates issued from now on name one of these; parts of other numbers that older certificates name go on.
    package var partitions: Int

    package init(
        validity: Int64 = 7 * 86_400, period: Int64 = 86_400, backdate: Int64 = 300,
        debounce: Duration = .seconds(3), deltas: Bool = false, deltaValidity: Int64 = 86_400, partitions: Int = 1
    ) {
        self.validity = validity
        self.period = period
        self.backdate = backdate
        self.debounce = debounce
        self.deltas = deltas
        self.deltaValidity = deltaValidity
        self.partitions = max(1, partitions)
    }
}
