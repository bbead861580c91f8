// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Error {
    /// The system's words, without Foundation's around them.
    var systemReason: String {
        let underlying = (self as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let code = underlying?.code ?? (self as NSError).code
        return code > 0 && code < 200 ? String(cString: strerror(Int32(code))) : localizedDescription
    }
}
