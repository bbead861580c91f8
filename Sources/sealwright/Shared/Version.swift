// SPDX-License-Identifier: Apache-2.0

import SealwrightServer

/// What `--version` prints.
enum Version {
    static let text = "sealwright " + ServerVersion.number
}
