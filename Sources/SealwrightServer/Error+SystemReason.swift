// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation

extension Error {
    /// The system's words, such as *No space left on device*, which Foundation keeps behind its own where it has them.
    package var systemReason: String {
        let error = self as NSError
        let causes = [error.userInfo[NSUnderlyingErrorKey] as? NSError, error].compactMap(\.self)
        if let cause = causes.first(where: { $0.domain == NSPOSIXErrorDomain }) {
            return SystemFiles.reason(CInt(truncatingIfNeeded: cause.code))
        }
        let known = Self.systemErrors[CocoaError.Code(rawValue: error.code)]
        guard error.domain == NSCocoaErrorDomain, let known else { return error.localizedDescription }
        return SystemFiles.reason(known)
    }

    /// What Foundation made its own errors of.
    private static var systemErrors: [CocoaError.Code: CInt] {
        [
            .fileWriteNoPermission: EACCES, .fileReadNoPermission: EACCES, .fileNoSuchFile: ENOENT,
            .fileReadNoSuchFile: ENOENT, .fileWriteFileExists: EEXIST, .fileWriteOutOfSpace: ENOSPC,
            .fileWriteVolumeReadOnly: EROFS,
        ]
    }
}
