// SPDX-License-Identifier: Apache-2.0

package import SCEP
package import SealwrightCore

/// What one SCEP endpoint is: how it speaks, and whom it lets have what.
package struct SCEPEndpointConfiguration: Sendable, Hashable {
    /// The name in the URL.
    package let id: EndpointID
    /// The shape of messages: preset, algorithms, GetCACert layout.
    package var settings: ServerSettings
    /// The middle's rules: authority, profile, authentication.
    package var policy: EnrollmentPolicy

    package init(id: EndpointID, settings: ServerSettings, policy: EnrollmentPolicy) {
        self.id = id
        self.settings = settings
        self.policy = policy
    }
}
