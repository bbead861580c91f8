// SPDX-License-Identifier: Apache-2.0

/// When and how a device renews its certificate.
///
/// ```
/// CertificateStore / My / WSTEP / Renew
///   parm ROBOSupport (boolean), RenewPeriod (integer, days), RetryInterval (integer, days)
/// ```
///
/// Source: MS-MDE2, section 3.4.4.1.1.2; CertificateStore CSP, My/WSTEP/Renew.
public struct RenewSettings: Hashable, Sendable {
    /// Whether the device renews by itself, on behalf of its user.
    public var roboSupport: Bool
    /// Days before the end of the certificate from which on it renews.
    public var renewPeriod: Int
    /// Days between attempts.
    public var retryInterval: Int

    /// The days that either number may have.
    public static let range = 1...1000

    /// Makes settings; without numbers those of the CSP.
    ///
    /// - Throws: ``OMADMError/unwritable(_:reason:)`` when a number is out of ``range`` or the interval longer than the
    ///   period.
    public init(roboSupport: Bool = true, renewPeriod: Int = 42, retryInterval: Int = 7) throws(OMADMError) {
        guard Self.range.contains(renewPeriod) else { throw .unwritable("RenewPeriod", reason: "is not 1 to 1000") }
        guard Self.range.contains(retryInterval), retryInterval <= renewPeriod else {
            throw .unwritable("RetryInterval", reason: "is not 1 to RenewPeriod")
        }
        self.roboSupport = roboSupport
        self.renewPeriod = renewPeriod
        self.retryInterval = retryInterval
    }

    init(parsing renew: Characteristic) throws(OMADMError) {
        try self.init(
            roboSupport: renew.boolean("ROBOSupport") ?? true, renewPeriod: renew.number("RenewPeriod") ?? 42,
            retryInterval: renew.number("RetryInterval") ?? 7)
    }

    var characteristic: Characteristic {
        Characteristic(
            "Renew",
            parms: [
                Parm("ROBOSupport", boolean: roboSupport), Parm("RenewPeriod", integer: renewPeriod),
                Parm("RetryInterval", integer: retryInterval),
            ])
    }
}
