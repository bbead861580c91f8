// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import SealwrightTesting

extension Forge {
    /// A first request to the lab's RA.
    init(_ lab: Lab, subject: String = "CN=forged", key: SoftwareKey? = nil) throws {
        try self.init(subject: subject, key: key ?? lab.deviceKey, to: lab.ra.certificate, at: Lab.now)
    }
}
