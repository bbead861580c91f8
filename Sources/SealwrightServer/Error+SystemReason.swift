// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation

extension Error {
    /// The system's words, such as *No space left on device*, which Foundation keeps behind its own where it has them.
    package var systemReason: String {
        let error = self as NSError
        let causes = [error.userInfo[NSUnderlyingErrorKey] as? NSError, error].compactMap(\.self)
        guard let cause = causes.first(where: { $0.domain == NSPOSIXErrorDomain }) else {
            return error.code == CocoaError.fileWriteNoPermission.rawValue
                ? SystemFiles.reason(EACCES) : error.localizedDescription
        }
        return SystemFiles.reason(CInt(truncatingIfNeeded: cause.code))
    }
}
