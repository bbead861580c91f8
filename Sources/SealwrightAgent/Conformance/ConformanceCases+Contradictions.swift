// SPDX-License-Identifier: Apache-2.0

import OMADM

extension ConformanceCases {
    /// What the published description says in two ways, and the one that is answered.
    func contradictions(_ scope: TreeScope) -> [ConformanceCase] {
        exportable(scope) + blobs(scope) + [
            testCase(.contradiction, "Delete of a UniqueID that is not there, then an Atomic", scope) { builder in
                builder.test(builder.delete(Self.pfx), .notFound)
                builder.test(succeedingAtomic: builder.pfxBlock(material))
            },
            testCase(.contradiction, "an Atomic without the Add of its UniqueID", scope) { builder in
                builder.test(succeedingAtomic: builder.pfxBlock(material))
                builder.afterwards(Self.pfx, .ok)
            },
            testCase(.contradiction, "a command without CmdID", scope) { builder in
                let command = Command.delete(
                    Command.Delete(cmdID: nil, items: [Item(target: Location(builder.uri(Self.pfx)))]))
                builder.test(command, .badRequest)
            },
            testCase(.contradiction, "a thumbprint of 32 digits is taken", scope) { builder in
                builder.test(
                    builder.add("SCEP/{UniqueID}/Install/CAThumbprint", "12345087E648875D1DF5D9F9FF89DD10", .chr), .ok)
            },
            testCase(.contradiction, "ValidPeriodUnits as text", scope) { builder in
                builder.test(builder.add("SCEP/{UniqueID}/Install/ValidPeriodUnits", "1", .chr), .ok)
                builder.afterwards("SCEP/{UniqueID}/Install/ValidPeriodUnits", .ok, data: "1")
            },
            testCase(.contradiction, "Status before Exec", scope) { builder in
                builder.test(builder.add("SCEP/{UniqueID}", nil, .node), .ok)
                builder.afterwards("SCEP/{UniqueID}/Status", .ok, data: "32")
                builder.afterwards("SCEP/{UniqueID}/ErrorCode", .notFound)
                builder.afterwards("SCEP/{UniqueID}/CertThumbprint", .ok, data: "")
                builder.afterwards("SCEP/{UniqueID}/RespondentServerUrl", .ok, data: "")
            },
        ]
    }

    /// PFXKeyExportable with every KeyLocation: `true` needs software, absent never fails for its sake.
    ///
    /// The device has no container of the name sent.
    private func exportable(_ scope: TreeScope) -> [ConformanceCase] {
        ["1", "2", "3", "4"].flatMap { location in
            ["true", "false", nil].map { exportable in
                testCase(.contradiction, "KeyLocation \(location), PFXKeyExportable \(exportable ?? "absent")", scope) {
                    builder in
                    var block = [
                        builder.add(Self.pfx + "/KeyLocation", location, .int),
                        builder.add(Self.pfx + "/ContainerName", "container", .chr),
                        builder.add(Self.pfx + "/PFXCertPassword", material.pfx.password, .chr),
                    ]
                    if let exportable {
                        block.append(builder.add(Self.pfx + "/PFXKeyExportable", exportable, .bool))
                    }
                    block.append(builder.add(Self.pfx + "/PFXCertBlob", material.pfx.base64, .bin))
                    let isRefused = exportable == "true" && location != "3"
                    let result: HResult? =
                        isRefused
                        ? .notSupported : location == "1" ? .tpmNotFound : location == "4" ? .containerNotFound : nil
                    if let result {
                        builder.test(atomic: block, failingAt: block.count - 1, with: .commandFailed)
                        builder.afterwards(Self.pfx, .notFound)
                        builder.afterwards(Self.pfx + "/Status", .ok, data: result.decimal)
                    } else {
                        builder.test(succeedingAtomic: block)
                        builder.afterwards(Self.pfx + "/Status", .ok, data: "0")
                    }
                }
            }
        }
    }

    /// Add and Replace of the blob, before and after an installation and after a failed one.
    private func blobs(_ scope: TreeScope) -> [ConformanceCase] {
        let blob = Self.pfx + "/PFXCertBlob"
        func parameters(_ builder: inout CaseBuilder, password: String) {
            builder.prepare(builder.add(Self.pfx + "/KeyLocation", "3", .int))
            builder.prepare(builder.add(Self.pfx + "/PFXCertPassword", password, .chr))
        }
        return [
            testCase(.contradiction, "the blob without KeyLocation", scope) { builder in
                builder.test(builder.add(blob, material.pfx.base64, .bin), .commandFailed)
                builder.afterwards(Self.pfx + "/Status", .ok, data: HResult.invalidParameter.decimal)
            },
            testCase(.contradiction, "the blob with a wrong password, then with the right one", scope) { builder in
                parameters(&builder, password: "wrong")
                builder.test(builder.add(blob, material.pfx.base64, .bin), .commandFailed)
                builder.test(builder.get(Self.pfx + "/Status"), .ok, data: HResult.invalidPassword.decimal)
                builder.test(builder.replace(blob, material.pfx.base64, .bin), .notFound)
                builder.test(builder.replace(Self.pfx + "/PFXCertPassword", material.pfx.password, .chr), .ok)
                builder.test(builder.add(blob, material.pfx.base64, .chr), .ok)
                builder.afterwards(Self.pfx + "/Thumbprint", .ok, data: material.pfx.thumbprint)
            },
            testCase(.contradiction, "a blob that is no PFX", scope) { builder in
                parameters(&builder, password: material.pfx.password)
                builder.test(builder.add(blob, "MAA=", .bin), .commandFailed)
                builder.afterwards(Self.pfx + "/Status", .ok, data: HResult.invalidData.decimal)
            },
            testCase(.contradiction, "a blob that is no Base64", scope) { builder in
                parameters(&builder, password: material.pfx.password)
                builder.test(builder.add(blob, "*", .bin), .commandFailed)
                builder.afterwards(Self.pfx + "/Status", .ok, data: HResult.badEncoding.decimal)
            },
        ]
    }

    /// From installation to deletion.
    func lifeCycles(_ scope: TreeScope) -> [ConformanceCase] {
        pfxCycles(scope) + scepCycles(scope)
    }

    private func pfxCycles(_ scope: TreeScope) -> [ConformanceCase] {
        let blob = Self.pfx + "/PFXCertBlob"
        return [
            testCase(.lifeCycle, "PFX: install, replace, delete, install again", scope) { builder in
                builder.prepare(atomic: builder.pfxBlock(material))
                let replacement = material.replacement
                builder.test(succeedingAtomic: [
                    builder.replace(Self.pfx + "/PFXCertPassword", replacement.password, .chr),
                    builder.replace(blob, replacement.base64, .bin),
                ])
                builder.test(builder.get(Self.pfx + "/Thumbprint"), .ok, data: replacement.thumbprint)
                builder.test(builder.delete(Self.pfx), .ok)
                builder.test(builder.get(Self.pfx + "/Thumbprint"), .notFound)
                builder.test(builder.get(Self.pfx + "/Status"), .notFound)
                builder.test(succeedingAtomic: builder.pfxBlock(material))
                builder.afterwards(Self.pfx + "/Thumbprint", .ok, data: material.pfx.thumbprint)
            },
            testCase(.lifeCycle, "PFX: a failed replacement leaves the old certificate", scope) { builder in
                builder.prepare(atomic: builder.pfxBlock(material))
                builder.test(
                    atomic: [
                        builder.replace(Self.pfx + "/PFXCertPassword", "wrong", .chr),
                        builder.replace(blob, material.replacement.base64, .bin),
                    ], failingAt: 1, with: .commandFailed)
                builder.afterwards(Self.pfx + "/Thumbprint", .ok, data: material.pfx.thumbprint)
                builder.afterwards(Self.pfx + "/PFXCertPassword", .ok, data: material.pfx.password)
                builder.afterwards(Self.pfx + "/Status", .ok, data: HResult.invalidPassword.decimal)
            },
            testCase(.lifeCycle, "PFX: a UniqueID in other letters is the same", scope) { builder in
                builder.prepare(atomic: builder.pfxBlock(material))
                let upper = "PFXCertInstall/" + CaseBuilder.uniqueID.uppercased()
                builder.test(builder.get(upper + "/tHUMBPRINT"), .ok, data: material.pfx.thumbprint)
                builder.test(builder.delete(upper), .ok)
                builder.afterwards(Self.pfx, .notFound)
            },
        ]
    }

    private func scepCycles(_ scope: TreeScope) -> [ConformanceCase] {
        let scep = "SCEP/{UniqueID}"
        return [
            testCase(.lifeCycle, "SCEP: Exec again while one is under way", scope) { builder in
                builder.prepare(atomic: builder.scepBlock(material))
                builder.test(builder.add(scep + "/Install/Challenge", "again", .chr), .ok)
                builder.test(builder.exec(scep + "/Install/Enroll"), .commandFailed)
                builder.afterwards(scep + "/Install/Challenge", .ok, data: "again")
            },
            testCase(.lifeCycle, "SCEP: Delete cancels, and the UniqueID can be used again", scope) { builder in
                builder.prepare(atomic: builder.scepBlock(material))
                builder.test(builder.delete(scep), .ok)
                builder.test(builder.get(scep + "/Status"), .notFound)
                builder.test(succeedingAtomic: builder.scepBlock(material))
                builder.afterwards(scep + "/Status", .ok)
            },
            testCase(.lifeCycle, "SCEP: Delete of Install keeps the result", scope) { builder in
                builder.prepare(atomic: builder.scepBlock(material))
                builder.test(builder.delete(scep + "/Install"), .ok)
                builder.test(builder.get(scep + "/Install/KeyUsage"), .notFound)
                builder.test(builder.exec(scep + "/Install/Enroll"), .notFound)
                builder.afterwards(scep + "/Status", .ok)
                builder.afterwards(scep + "/ErrorCode", .ok)
            },
        ]
    }
}
