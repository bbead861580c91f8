// SPDX-License-Identifier: Apache-2.0

import OMADM

extension ConformanceCases {
    /// Every leaf with every Format its value could come with.
    func formats(_ scope: TreeScope) -> [ConformanceCase] {
        let formats: [MetaFormat?] = [
            nil, .chr, .int, .bool, .bin, .b64, .null, .node, .xml, .float, .date, .time,
        ]
        return Self.leaves.flatMap { definition, path in
            formats.map { format in
                var builder = CaseBuilder(.format, "\(path) as \(format?.rawValue ?? "no format")", in: scope)
                if definition.name == "PFXCertBlob" {
                    builder.prepare(builder.add("PFXCertInstall/{UniqueID}/KeyLocation", "3", .int))
                    builder.prepare(
                        builder.add("PFXCertInstall/{UniqueID}/PFXCertPassword", material.pfx.password, .chr))
                }
                let isTaken = format.map { Self.taken[definition.format]?.contains($0) ?? false } ?? true
                let command = builder.add(path, material.sample(definition.name), format)
                builder.test(command, isTaken ? .ok : .unsupportedTypeOrFormat)
                builder.afterwards(
                    path, isTaken ? .ok : .notFound, data: isTaken ? material.sample(definition.name) : nil)
                return builder.finished
            }
        }
    }

    /// The formats that can be converted without loss.
    private static let taken: [MetaFormat: Set<MetaFormat>] = [
        .chr: [.chr, .int, .bool, .b64], .int: [.int, .chr], .bool: [.bool, .chr], .bin: [.bin, .b64, .chr],
    ]

    /// One value of a node: what has to come back, and what is kept of it.
    private struct Sample {
        let node: String
        let value: String?
        let code: StatusCode
        let kept: String?

        init(_ node: String, _ value: String?, _ code: StatusCode = .ok, kept: String? = nil) {
            self.node = node
            self.value = value
            self.code = code
            self.kept = code == .ok ? kept ?? value ?? "" : nil
        }
    }

    /// Values in and out of bounds, by Add and by Replace.
    func values(_ scope: TreeScope) -> [ConformanceCase] {
        let samples = Self.numbers + Self.usages + Self.texts + Self.enumerations
        return samples.flatMap { sample in
            [false, true].compactMap { isReplace in value(sample, isReplace: isReplace, scope) }
        }
    }

    private func value(_ sample: Sample, isReplace: Bool, _ scope: TreeScope) -> ConformanceCase? {
        guard let (definition, path) = Self.leaves.first(where: { $0.definition.name == sample.node }) else {
            return nil
        }
        guard !isReplace || definition.access.contains(.replace) else { return nil }
        let verb = isReplace ? "Replace" : "Add"
        var builder = CaseBuilder(
            .value, "\(verb) \(path) '\(sample.value ?? "no data")'", in: scope)
        let before = material.sample(sample.node)
        if isReplace {
            builder.prepare(builder.add(path, before, definition.format))
            builder.test(builder.replace(path, sample.value, definition.format), sample.code)
        } else {
            builder.test(builder.add(path, sample.value, definition.format), sample.code)
        }
        // What is refused changes nothing.
        let kept = sample.kept ?? (isReplace ? before : nil)
        builder.afterwards(path, kept == nil ? .notFound : .ok, data: kept)
        return builder.finished
    }

    private static let numbers: [Sample] = [
        Sample("RetryDelay", "0"), Sample("RetryDelay", "1"), Sample("RetryDelay", "0x10", kept: "16"),
        Sample("RetryDelay", "4294967295"), Sample("RetryDelay", "4294967296", .unsupportedTypeOrFormat),
        Sample("RetryDelay", "-1", .commandFailed), Sample("RetryDelay", "five", .unsupportedTypeOrFormat),
        Sample("RetryDelay", "", .unsupportedTypeOrFormat), Sample("RetryDelay", nil, .unsupportedTypeOrFormat),
        Sample("RetryCount", "0"), Sample("RetryCount", "30"), Sample("RetryCount", "31"),
        Sample("RetryCount", "-1", .commandFailed), Sample("RetryCount", "1.5", .unsupportedTypeOrFormat),
        Sample("ValidPeriodUnits", "0"), Sample("ValidPeriodUnits", "365"),
        Sample("ValidPeriodUnits", "-365", .commandFailed), Sample("ValidPeriodUnits", "007", kept: "7"),
        Sample("KeyLength", "1024"), Sample("KeyLength", "4096"), Sample("KeyLength", "0x800", kept: "2048"),
        Sample("KeyLength", "3072", .commandFailed), Sample("KeyLength", "0", .commandFailed),
        Sample("KeyLength", "2048 bits", .unsupportedTypeOrFormat),
    ]

    private static let usages: [Sample] = [
        Sample("KeyUsage", "128"), Sample("KeyUsage", "32"), Sample("KeyUsage", "0xA0", kept: "160"),
        Sample("KeyUsage", "224"), Sample("KeyUsage", "64", .commandFailed), Sample("KeyUsage", "0", .commandFailed),
        Sample("KeyUsage", "-1", .commandFailed), Sample("KeyUsage", "65696", .commandFailed),
        Sample("KeyUsage", "A0", .unsupportedTypeOrFormat), Sample("EKUMapping", "1.3.6.1.5.5.7.3.2"),
        Sample(
            "EKUMapping",
            "1.3.6.1.4.1.311.10.3.12+1.3.6.1.4.1.311.10.3.4+1.3.6.1.4.1.311.20.2.2+1.3.6.1.5.5.7.3.2"),
        Sample("EKUMapping", "clientAuth", .commandFailed), Sample("EKUMapping", "1.2.3+", .commandFailed),
        Sample("EKUMapping", "1.2.3;1.2.4", .commandFailed), Sample("EKUMapping", "", .commandFailed),
    ]

    private static let texts: [Sample] = [
        Sample("SubjectName", "CN=\"user+idp@example.com\""), Sample("SubjectName", "CN=alice;O=x"),
        Sample("SubjectName", "CN=a\\b,OU=c"), Sample("SubjectName", "CN=\"say \"\"yes\"\"\""),
        Sample("SubjectName", "E=a@b.example,S=Bayern"), Sample("SubjectName", "2.5.4.3=dotted"),
        Sample("SubjectName", "CN=user+idp@example.com", .commandFailed),
        Sample("SubjectName", "CN=user\\+idp@example.com", .commandFailed),
        Sample("SubjectName", "CN=\"half\"quoted", .commandFailed), Sample("SubjectName", "XX=unknown", .commandFailed),
        Sample("SubjectName", "no name", .commandFailed), Sample("SubjectAlternativeNames", ""),
        Sample("SubjectAlternativeNames", nil), Sample("SubjectAlternativeNames", "3+a.example;3+b.example"),
        Sample("SubjectAlternativeNames", "11+user+tag@example.com"), Sample("SubjectAlternativeNames", "8+192.0.2.1"),
        Sample("SubjectAlternativeNames", "8+2001:db8::1"), Sample("SubjectAlternativeNames", "7+https://a.example/b"),
        Sample("SubjectAlternativeNames", "5+CN=x"), Sample("SubjectAlternativeNames", "9+1.2.3"),
        Sample("SubjectAlternativeNames", "10+{00112233-4455-6677-8899-aabbccddeeff}"),
        Sample("SubjectAlternativeNames", "8+host.example", .commandFailed),
        Sample("SubjectAlternativeNames", "4+x", .commandFailed),
        Sample("SubjectAlternativeNames", "host.example", .commandFailed), Sample("Challenge", ""),
        Sample("Challenge", "secret with spaces <&>"), Sample("HashAlgorithm", "SHA-1;SHA-2"),
        Sample("HashAlgorithm", "SHA-1+SHA-2"), Sample("CAThumbprint", "12345087E648875D1DF5D9F9FF89DD10"),
        Sample("ServerURL", "http://a.example/x;http://b.example/y"), Sample("ContainerName", "ü"),
    ]

    private static let enumerations: [Sample] = [
        Sample("KeyLocation", "1"), Sample("KeyLocation", "2"), Sample("KeyLocation", "4"),
        Sample("KeyLocation", "0x3", kept: "3"), Sample("KeyLocation", "0", .commandFailed),
        Sample("KeyLocation", "5", .commandFailed), Sample("KeyLocation", "-3", .commandFailed),
        Sample("KeyLocation", "software", .unsupportedTypeOrFormat),
        Sample("PFXCertPasswordEncryptionType", "1"), Sample("PFXCertPasswordEncryptionType", "2"),
        Sample("PFXCertPasswordEncryptionType", "3", .commandFailed),
        Sample("PFXCertPasswordEncryptionType", "none", .unsupportedTypeOrFormat),
        Sample("PFXKeyExportable", "TRUE", kept: "true"), Sample("PFXKeyExportable", "False", kept: "false"),
        Sample("PFXKeyExportable", "1", kept: "true"), Sample("PFXKeyExportable", "0", kept: "false"),
        Sample("PFXKeyExportable", "2", .unsupportedTypeOrFormat),
        Sample("PFXKeyExportable", "yes", .unsupportedTypeOrFormat), Sample("AttestPrivateKey", "1"),
        Sample("AttestPrivateKey", "2"), Sample("AttestPrivateKey", "3", .commandFailed),
        Sample("KeyProtection", "1"), Sample("KeyProtection", "2"), Sample("KeyProtection", "4"),
        Sample("KeyProtection", "0", .commandFailed), Sample("ValidPeriod", "Days"), Sample("ValidPeriod", "Months"),
        Sample("ValidPeriod", "Weeks", .commandFailed), Sample("ValidPeriod", "", .commandFailed),
    ]
}
