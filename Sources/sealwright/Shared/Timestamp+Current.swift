// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats

extension Timestamp {
    /// The machine's clock, for commands.
    static var current: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
