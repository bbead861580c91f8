// SPDX-License-Identifier: Apache-2.0

package import OMADM
package import SealwrightCore

/// A certificate that a device is to enrol for by SCEP.
package struct OMADMCertificateOrder: Sendable {
    /// The name of the certificate on the device; the same name later is the next generation.
    package var uniqueID: String
    package var scope: CommandScope
    /// The SCEP endpoint the device enrols at.
    package var endpoint: EndpointID
    /// The subject, as text in any of the usual forms.
    package var subject: String
    /// Further names, as `DNS:…`, `email:…`, `UPN:…`, `IP:…`, `URI:…`.
    package var names: [String]
    /// Bits of the RSA key.
    package var keyLength: Int
    package var keyProtection: SCEPCertificatePayload.KeyProtection
    /// Seconds the device has to enrol.
    package var timeToLive: Int64

    package init(
        uniqueID: String, scope: CommandScope = .device, endpoint: EndpointID = .default, subject: String,
        names: [String] = [], keyLength: Int = 2048,
        keyProtection: SCEPCertificatePayload.KeyProtection = .tpmIfPresent, timeToLive: Int64 = 7 * 86_400
    ) {
        self.uniqueID = uniqueID
        self.scope = scope
        self.endpoint = endpoint
        self.subject = subject
        self.names = names
        self.keyLength = keyLength
        self.keyProtection = keyProtection
        self.timeToLive = timeToLive
    }
}
