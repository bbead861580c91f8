// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Octets into an open file, all of them or a reason.
package enum DescriptorOutput {
    /// Writes until everything is out, waiting where the other side takes its time.
    ///
    /// - Parameters:
    ///   - octets: what is written.
    ///   - descriptor: an open file, pipe or terminal.
    /// - Returns: 0, or the system's error number.
    package static func write(_ octets: [UInt8], to descriptor: Int32) -> Int32 {
        octets.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = Foundation.write(descriptor, part.baseAddress, part.count)
                guard count < 0 else {
                    rest = rest.dropFirst(count)
                    continue
                }
                switch errno {
                case EINTR: continue
                case EAGAIN:
                    var wish = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&wish, 1, -1)
                case let fault: return fault
                }
            }
            return 0
        }
    }
}
