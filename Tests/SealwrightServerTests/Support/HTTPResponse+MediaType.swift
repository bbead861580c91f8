// SPDX-License-Identifier: Apache-2.0

import SealwrightNetwork

extension HTTPResponse {
    /// The media type without its parameters, lower case.
    var mediaType: String? {
        guard let type = field("Content-Type")?.prefix(while: { $0 != ";" }) else { return nil }
        return type.filter { !$0.isWhitespace }.lowercased()
    }
}
