// SPDX-License-Identifier: Apache-2.0

/// Counts the rounds of key derivation that one file costs.
package struct DerivationBudget {
    private let limits: PKCS12Limits
    private var rest: Int

    /// A budget of which nothing is taken yet.
    package init(_ limits: PKCS12Limits) {
        self.limits = limits
        rest = limits.totalIterations
    }

    /// Takes the rounds of one derivation, before it is done.
    ///
    /// - Parameters:
    ///   - iterations: what the file says.
    ///   - blocks: how many digests long the derived octets are; each costs all the rounds anew.
    /// - Throws: ``FormatError/limitExceeded(_:limit:)``.
    mutating func charge(_ iterations: Int, blocks: Int) throws(FormatError) {
        guard iterations <= limits.iterations else {
            throw .limitExceeded("iterations of a key derivation", limit: limits.iterations)
        }
        let (cost, overflow) = iterations.multipliedReportingOverflow(by: max(blocks, 1))
        guard !overflow, cost <= rest else {
            throw .limitExceeded("iterations of all key derivations of the file", limit: limits.totalIterations)
        }
        rest -= cost
    }
}
