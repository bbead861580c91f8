// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A version of the enrolment protocol, such as `4.0`.
///
/// Source: MS-MDE2, section 3.1.4.1.3.1 (RequestVersion and EnrollmentVersion).
public struct MDEVersion: Hashable, Comparable, Sendable {
    /// The number in front of the point.
    public let major: Int
    /// The number behind the point.
    public let minor: Int

    /// Makes a version.
    public init(_ major: Int, _ minor: Int = 0) {
        self.major = major
        self.minor = minor
    }

    /// The oldest version that is answered: Windows 10 at its first release.
    public static let oldest = MDEVersion(3)
    /// The newest version this was written for.
    public static let newest = MDEVersion(7)

    /// Reads `4.0` or `4`.
    ///
    /// - Throws: ``OMADMError/malformed(_:reason:)``.
    public init(parsing text: String) throws(OMADMError) {
        let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let major = Self.number(first),
            let minor = parts.count == 1 ? 0 : parts.last.flatMap(Self.number)
        else { throw .malformed("RequestVersion", reason: "is no version such as 4.0") }
        self.init(major, minor)
    }

    private static func number(_ digits: Substring.UTF8View) -> Int? {
        guard (1...4).contains(digits.count), digits.allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(Substring(digits))
    }

    /// Orders by age.
    public static func < (left: MDEVersion, right: MDEVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

extension MDEVersion: CustomStringConvertible {
    /// The form on the wire.
    public var description: String { "\(major).\(minor)" }
}
