// SPDX-License-Identifier: Apache-2.0

public import PKIFormats

/// When a server lets a certificate be renewed.
///
/// Source: RFC 8894, section 2.5.
public enum RenewalWindow: Hashable, Sendable, Codable {
    /// At any time while the certificate is valid.
    case always
    /// In the second half of the certificate's life.
    case half
    /// In the last third of the certificate's life.
    case third
    /// In the last days of the certificate's life.
    case days(Int)

    /// The first moment at which a certificate may be renewed.
    public func opening(notBefore: Timestamp, notAfter: Timestamp) -> Timestamp {
        let life = max(notAfter.seconds(since: notBefore), 0)
        switch self {
        case .always: return notBefore
        case .half: return notBefore.adding(seconds: life / 2)
        case .third: return notBefore.adding(seconds: life - life / 3)
        case .days(let days): return notAfter.adding(seconds: -Int64(min(max(days, 0), 100_000)) * 86_400)
        }
    }

    /// Whether the window is open now.
    ///
    /// That the certificate has not ended is the caller's to check.
    public func allowsRenewal(notBefore: Timestamp, notAfter: Timestamp, at now: Timestamp) -> Bool {
        self == .always || now >= opening(notBefore: notBefore, notAfter: notAfter)
    }

    /// Reads `always`, `half`, `third` or a number of days such as `30d`.
    public init?(text: some StringProtocol) {
        switch text {
        case "always": self = .always
        case "half": self = .half
        case "third": self = .third
        default:
            guard text.last == "d", let days = Int(text.dropLast()), (1...100_000).contains(days) else { return nil }
            self = .days(days)
        }
    }

    /// The form that ``init(text:)`` reads.
    public var text: String {
        switch self {
        case .always: "always"
        case .half: "half"
        case .third: "third"
        case .days(let days): "\(days)d"
        }
    }
}
