// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Work with files that takes more than one call of the system, for who keeps keys.
///
/// Foundation is not used for these, because the order of writing, flushing and naming is the point.
package enum SystemFiles {
    /// The names in a folder but for `.` and `..`, in no order.
    ///
    /// - Parameter folder: its path.
    /// - Returns: `nil` when it cannot be read; `errno` says why.
    package static func names(in folder: String) -> [String]? {
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Writes octets into an open file, all of them.
    ///
    /// - Parameters:
    ///   - octets: what is written.
    ///   - descriptor: the file.
    /// - Returns: whether all are written; `errno` says why not.
    package static func writeAll(_ octets: [UInt8], to descriptor: Int32) -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { return false }
            rest = rest.dropFirst(max(count, 0))
        }
        return true
    }

    /// What the system says of an error number.
    package static func reason(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
