// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// How much of an input is looked at.
///
/// What is beyond is counted and said, never silently dropped.
package enum InspectionLimits {
    /// Octets of an input: a full CRL of a million lines has 40 MiB.
    package static let octets = 64 << 20
    /// Lines of a CRL that are shown.
    static let revocations = 20
    /// PEM blocks that are described.
    static let blocks = 200
    /// PEM blocks under a password that are opened; of each further one is told what can be seen without.
    static let openedBlocks = 4
    /// Bags of one PKCS#12 that are described.
    static let bags = 50
    /// Rounds of key derivation under which a PKCS#12 is called weak.
    static let iterations = 10_000
    /// Certificates of one message that are described.
    static let certificates = 20
    /// Answers of an OCSP response, or questions of a request, that are shown.
    static let answers = 20
    /// Values of one field that are shown, such as alternative names.
    static let values = 100
    /// Octets of an RSA modulus whose arithmetic is tried; a longer one would make somebody else's input our work.
    static let modulusOctets = 512
    /// The largest RSA exponent with which a signature is checked.
    ///
    /// Nearly every key has this one; one of 64 bits makes a check cost five times as much.
    static let exponent: UInt64 = 65_537
}
