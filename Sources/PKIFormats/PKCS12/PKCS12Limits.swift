// SPDX-License-Identifier: Apache-2.0

/// The bounds on the work that a PKCS#12 can ask for.
public struct PKCS12Limits: Hashable, Sendable {
    /// Rounds of one key derivation.
    public let iterations: Int
    /// Rounds of all key derivations of one file together, each counted once for every block of key it makes.
    public let totalIterations: Int

    /// Sets the two that depend on who sent the file.
    public init(iterations: Int, totalIterations: Int) {
        self.iterations = iterations
        self.totalIterations = totalIterations
    }

    /// For files an administrator chose: some seconds of one processor at most.
    public static let administrators = PKCS12Limits(iterations: 5_000_000, totalIterations: 10_000_000)
    /// For files a device sent.
    ///
    /// A usual file needs three derivations: MAC, certificates, key.
    public static let devices = PKCS12Limits(iterations: 600_000, totalIterations: 1_800_000)

    /// What an administrator's file may ask for when an answer is wanted within some seconds.
    ///
    /// A second of one processor does two million rounds and more; half of that leaves room for other work. Usual files
    /// ask for 450,000 to 1,800,000, so that the least is 2,000,000.
    public static func administrators(within seconds: Int) -> PKCS12Limits {
        let usual = administrators
        let (rounds, overflow) = max(2, seconds).multipliedReportingOverflow(by: 1_000_000)
        guard !overflow, rounds < usual.totalIterations else { return usual }
        return PKCS12Limits(iterations: min(usual.iterations, rounds), totalIterations: rounds)
    }

    /// Octets of a file.
    ///
    /// A Java trust store with every public root has 200 KiB.
    public static let octets = 4 << 20
    /// Safe bags of a file, those that hold other bags counted too.
    public static let bags = 2000
    /// Safe contents inside safe contents.
    public static let depth = 8
    /// Parts of an authenticated safe.
    ///
    /// Every writer in use makes one or two; NSS one for each password.
    public static let parts = 64
}
