// SPDX-License-Identifier: Apache-2.0

import Logging
import SealwrightNetwork

extension TLSEvent {
    /// The event as a log line's metadata.
    func metadata(listener: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["listener": "\(listener)"]
        for field in fields { metadata[field.name] = "\(field.text)" }
        return metadata
    }
}
