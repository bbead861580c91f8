// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong with the encoding of a certificate.
package struct CertificateFault: Hashable, Sendable, CustomStringConvertible {
    /// What it means for whoever judges the certificate.
    package enum Weight: Hashable, Sendable {
        /// Nobody can say for certain what the certificate means, or its octets are not the only ones its signature
        /// fits.
        case fatal
        /// The issuer did not write what RFC 5280 asks for; what is meant is clear.
        case deviation
        /// The fields themselves show it.
        case shownByFields
    }

    /// What it means.
    package let weight: Weight
    /// A sentence about it.
    package let description: String
}
