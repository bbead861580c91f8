// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats

/// The names by which devices reach this machine, for certificates and URLs.
///
/// Never `localhost` and never a single label: every device would point at itself or resolve something else.
package enum MachineNames {
    /// The configured names; else the machine's full name if it has a dot; else its first usable address.
    package static func resolve(configured: [String]) -> [String] {
        guard configured.isEmpty else { return configured }
        if let name = fullName(), isUsable(name) { return [name] }
        return addresses().prefix(1).map { $0 }
    }

    /// Whether a name may stand in a certificate.
    static func isUsable(_ name: String) -> Bool {
        name.contains(".") && !name.lowercased().hasPrefix("localhost") && !name.hasSuffix(".localdomain")
    }

    /// Whether other machines can be meant to reach this one by a name or an address.
    ///
    /// A single label is another machine's or nobody's wherever another search domain is set.
    package static func isReachableFromElsewhere(_ name: String) -> Bool {
        guard !isOwn(name) else { return false }
        if let octets = IPAddressText.parse(name) { return !octets.allSatisfy { $0 == 0 } }
        return name.split(separator: ".").count > 1
    }

    /// Whether every machine means itself by a name or an address.
    ///
    /// Source: RFC 6761, section 6.3; RFC 1122, section 3.2.1.3 (g); RFC 4291, section 2.5.3.
    static func isOwn(_ name: String) -> Bool {
        if let octets = IPAddressText.parse(name) {
            if octets.count == 4 { return octets.first == 127 }
            return octets.dropLast().allSatisfy { $0 == 0 } && octets.last == 1
        }
        let last = name.lowercased().split(separator: ".").last
        return last == "localhost" || last == "localdomain"
    }

    private static func fullName() -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return nil }
        let short = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if short.contains(".") { return short }
        var hints = addrinfo()
        hints.ai_flags = AI_CANONNAME
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(short, nil, &hints, &found) == 0, let found else { return nil }
        defer { freeaddrinfo(found) }
        return found.pointee.ai_canonname.map { String(cString: $0) }
    }

    /// Addresses of interfaces that are up, IPv4 before IPv6, loopback only when there is nothing else.
    private static func addresses() -> [String] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [(rank: Int, text: String)] = []
        var next = list
        while let interface = next?.pointee {
            next = interface.ifa_next
            guard let address = interface.ifa_addr else { continue }
            let family = Int32(address.pointee.sa_family)
            guard family == AF_INET || family == AF_INET6, let text = numeric(address, family) else { continue }
            guard !text.hasPrefix("fe80") else { continue }
            let isLoopback = interface.ifa_flags & UInt32(IFF_LOOPBACK) != 0
            found.append((rank: (isLoopback ? 2 : 0) + (family == AF_INET ? 0 : 1), text: text))
        }
        return found.sorted { $0.rank < $1.rank }.map(\.text)
    }

    private static func numeric(_ address: UnsafeMutablePointer<sockaddr>, _ family: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let length = socklen_t(
            family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
        guard getnameinfo(address, length, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
