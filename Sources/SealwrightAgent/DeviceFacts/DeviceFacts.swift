// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats

/// What a Linux system tells about itself, as facts for ``AgentPolicy/facts``.
///
/// ```swift
/// policy.facts = DeviceFacts(system: .current).nodes
/// ```
///
/// A fact that the system does not tell is left out, except the maker, the model and the language, which the first
/// message of every session has.
///
/// Source: os-release(5); locale.conf(5); System Management BIOS Reference Specification 3.6, section 7; proc(5); machine-id(5).
public struct DeviceFacts: Sendable {
    /// Where facts come from, so that tests bring their own.
    public struct System: Sendable {
        /// The contents of a small text file by absolute path; `nil` when there is none that may be read.
        let text: @Sendable (String) -> String?
        /// The name of the host.
        let hostName: String?
        /// The architecture as `uname -m` names it.
        let machine: String
        /// The release of the kernel.
        let kernel: String
        /// Octets of the root file system, and those that are free.
        let storage: (total: UInt64, free: UInt64)?

        /// Joins the sources.
        public init(
            text: @escaping @Sendable (String) -> String?, hostName: String?, machine: String, kernel: String,
            storage: (total: UInt64, free: UInt64)?
        ) {
            self.text = text
            self.hostName = hostName
            self.machine = machine
            self.kernel = kernel
            self.storage = storage
        }
    }

    /// The facts by the path of their node.
    public let nodes: [String: String]

    /// Reads a system.
    ///
    /// - Parameters:
    ///   - system: where facts come from.
    ///   - deviceID: the identifier the device enrolled with; `nil` before.
    public init(system: System, deviceID: String? = nil) {
        let release = Self.osRelease(system.text("/etc/os-release") ?? system.text("/usr/lib/os-release") ?? "")
        func firmware(_ name: String) -> String? { system.text("/sys/class/dmi/id/\(name)").flatMap(Self.meaningful) }
        let microsoft = "DevDetail/Ext/Microsoft/"
        let facts: [String: String?] = [
            "DevInfo/DevId": deviceID, "DevInfo/Man": firmware("sys_vendor") ?? "Unknown",
            "DevInfo/Mod": firmware("product_name") ?? system.machine, "DevInfo/DmV": "1.3",
            "DevInfo/Lang": Self.language(system.text("/etc/locale.conf") ?? system.text("/etc/default/locale") ?? ""),
            "DevDetail/DevTyp": Self.kind(firmware("chassis_type")), "DevDetail/OEM": firmware("sys_vendor"),
            "DevDetail/FwV": firmware("bios_version"), "DevDetail/SwV": release["VERSION_ID"] ?? system.kernel,
            "DevDetail/HwV": firmware("product_version"),
            microsoft + "OSPlatform": release["PRETTY_NAME"] ?? "Linux \(system.kernel)",
            microsoft + "ProcessorArchitecture": Self.architecture(system.machine),
            microsoft + "DeviceName": system.hostName, microsoft + "DNSComputerName": system.hostName,
            microsoft + "TotalStorage": system.storage.map { String($0.total >> 20) },
            microsoft + "FreeStorage": system.storage.map { String($0.free >> 20) },
            microsoft + "TotalRAM": Self.memory(system.text("/proc/meminfo") ?? ""),
            microsoft + "SMBIOSSerialNumber": firmware("product_serial"),
            microsoft + "SMBIOSVersion": firmware("bios_version"), microsoft + "SystemSKU": firmware("product_sku"),
            "DMClient/HWDevID": system.text("/etc/machine-id").flatMap(Self.hardwareIdentifier),
        ]
        nodes = facts.compactMapValues { $0 }
    }
}

extension DeviceFacts {
    /// The variables of os-release, quotes taken off.
    private static func osRelease(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = pair.first, var value = pair.dropFirst().first else { continue }
            while let last = value.last, last.isWhitespace { value.removeLast() }
            if let quote = value.first, quote == "\"" || quote == "'", value.count >= 2, value.last == quote {
                value = value.dropFirst().dropLast()
            }
            values[String(name)] = String(value)
        }
        return values
    }

    /// `de-AT` from `LANG=de_AT.UTF-8`.
    private static func language(_ locale: String) -> String {
        let name = osRelease(locale)["LANG"]?.prefix { $0 != "." && $0 != "@" } ?? ""
        guard name.utf8.count >= 2, name.first?.isLowercase ?? false else { return "en-US" }
        return String(name.replacing("_", with: "-"))
    }

    /// What vendors write when they write nothing.
    private static let placeholders: Set<String> = [
        "", "none", "default string", "to be filled by o.e.m.", "not specified", "system serial number",
        "system product name", "system manufacturer", "system version", "0", "unknown",
    ]

    private static func meaningful(_ text: String) -> String? {
        let words = text.split { $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 0x20 } }.joined(
            separator: " ")
        return placeholders.contains(words.lowercased()) ? nil : String(words.prefix(256))
    }

    /// The kind of device from the number of its enclosure.
    private static func kind(_ chassis: String?) -> String? {
        switch chassis.flatMap(Int.init) {
        case 8, 9, 10, 14, 31, 32: "Laptop"
        case 3, 4, 5, 6, 7, 13, 15, 16, 24, 35: "Desktop"
        case 17, 23, 28: "Server"
        case 30: "Tablet"
        default: nil
        }
    }

    /// The number that Windows has for an architecture: PROCESSOR_ARCHITECTURE.
    private static func architecture(_ machine: String) -> String? {
        switch machine {
        case "x86_64", "amd64": "9"
        case "aarch64", "arm64": "12"
        case "i386", "i686": "0"
        case let name where name.hasPrefix("arm"): "5"
        default: nil
        }
    }

    /// Megabytes of memory from `MemTotal`, which is in units of 1024 octets.
    private static func memory(_ text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("MemTotal:") {
            return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { UInt64($0) }
                .map { String($0 >> 10) }
        }
        return nil
    }

    /// The machine's identifier must not be told as it is, so it is hashed for this use alone.
    private static func hardwareIdentifier(_ machineID: String) -> String? {
        guard let identifier = meaningful(machineID) else { return nil }
        return Hex.encode(DigestAlgorithm.sha256.hash(Array("sealwright-agent HWDevID\n\(identifier)".utf8)))
            .uppercased()
    }
}
