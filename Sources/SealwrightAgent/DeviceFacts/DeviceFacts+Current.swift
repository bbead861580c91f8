// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension DeviceFacts.System {
    /// The system that the process runs on.
    public static var current: DeviceFacts.System {
        var name = utsname()
        let isNamed = uname(&name) == 0
        func field(_ octets: UnsafeRawBufferPointer) -> String {
            String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
        let host = isNamed ? withUnsafeBytes(of: &name.nodename, field) : ""
        return DeviceFacts.System(
            text: contents, hostName: host.isEmpty ? nil : host,
            machine: isNamed ? withUnsafeBytes(of: &name.machine, field) : "",
            kernel: isNamed ? withUnsafeBytes(of: &name.release, field) : "", storage: rootStorage())
    }

    private static func rootStorage() -> (total: UInt64, free: UInt64)? {
        var status = statvfs()
        guard statvfs("/", &status) == 0 else { return nil }
        let block = UInt64(status.f_frsize)
        return (UInt64(status.f_blocks) &* block, UInt64(status.f_bavail) &* block)
    }

    /// At most the first 64 KiB, for files whose size the system does not tell.
    private static func contents(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var octets = [UInt8](repeating: 0, count: 64 << 10)
        let count = octets.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        return count >= 0 ? String(decoding: octets.prefix(count), as: UTF8.self) : nil
    }
}
