// SPDX-License-Identifier: Apache-2.0

import OMADM

extension ConformanceCases {
    /// KeyLocation and KeyProtection 4: with a container that a person made, and without.
    ///
    /// Source: Microsoft, ClientCertificateInstall CSP, "KeyLocation", "KeyProtection" and "ContainerName".
    func containers(_ scope: TreeScope) -> [ConformanceCase] {
        refusals(scope) + (material.container.map { installations($0, scope) } ?? [])
    }

    /// An Atomic's children that install a file into a container.
    private func block(
        _ builder: inout CaseBuilder, _ file: ConformanceMaterial.PFXFile, in container: String?
    ) -> [Command] {
        var block = [builder.add(Self.pfx + "/KeyLocation", "4", .int)]
        if let container { block.append(builder.add(Self.pfx + "/ContainerName", container, .chr)) }
        return block + [
            builder.add(Self.pfx + "/PFXCertPassword", file.password, .chr),
            builder.add(Self.pfx + "/PFXCertBlob", file.base64, .bin),
        ]
    }

    private func refusals(_ scope: TreeScope) -> [ConformanceCase] {
        let refusals: [(name: String, container: String?, result: HResult)] = [
            ("KeyLocation 4 without ContainerName", nil, .invalidParameter),
            ("KeyLocation 4 with an empty ContainerName", "", .invalidParameter),
            ("KeyLocation 4 with a container that is not there", "container", .containerNotFound),
        ]
        return refusals.map { name, container, result in
            testCase(.container, name, scope) { builder in
                let children = block(&builder, material.pfx, in: container)
                builder.test(atomic: children, failingAt: children.count - 1, with: .commandFailed)
                builder.afterwards(Self.pfx, .notFound)
                builder.afterwards(Self.pfx + "/Status", .ok, data: result.decimal)
            }
        }
    }

    private func installations(
        _ container: ConformanceMaterial.Container, _ scope: TreeScope
    ) -> [ConformanceCase] {
        let file = container.pfx
        return [
            testCase(.container, "KeyLocation 4 with a container", scope) { builder in
                builder.test(succeedingAtomic: block(&builder, file, in: container.name))
                builder.afterwards(Self.pfx + "/Status", .ok, data: "0")
                builder.afterwards(Self.pfx + "/Thumbprint", .ok, data: file.thumbprint)
            },
            testCase(.container, "KeyLocation 4 with a container, PFXKeyExportable true", scope) { builder in
                let children =
                    [builder.add(Self.pfx + "/PFXKeyExportable", "true", .bool)]
                    + block(&builder, file, in: container.name)
                builder.test(atomic: children, failingAt: children.count - 1, with: .commandFailed)
                builder.afterwards(Self.pfx + "/Status", .ok, data: HResult.notSupported.decimal)
            },
            testCase(.container, "KeyLocation 4: install, delete, install again", scope) { builder in
                builder.prepare(atomic: block(&builder, file, in: container.name))
                builder.test(builder.delete(Self.pfx), .ok)
                builder.test(builder.get(Self.pfx + "/Thumbprint"), .notFound)
                builder.test(succeedingAtomic: block(&builder, file, in: container.name))
                builder.afterwards(Self.pfx + "/Thumbprint", .ok, data: file.thumbprint)
            },
            testCase(.container, "KeyLocation 4, then a failure in the same Atomic", scope) { builder in
                let children =
                    block(&builder, file, in: container.name) + [builder.delete("PFXCertInstall/conformance-none")]
                builder.test(atomic: children, failingAt: children.count - 1, with: .notFound)
                builder.afterwards(Self.pfx, .notFound)
            },
            keyProtection(container, scope),
        ]
    }

    private func keyProtection(
        _ container: ConformanceMaterial.Container, _ scope: TreeScope
    ) -> ConformanceCase {
        testCase(.container, "KeyProtection 4 with a container is accepted", scope) { builder in
            let install = "SCEP/{UniqueID}/Install"
            let place = [
                builder.add(install + "/ContainerName", container.name, .chr),
                builder.add(install + "/KeyProtection", "4", .int),
            ]
            let uri = builder.uri(install + "/KeyProtection")
            let rest = builder.scepBlock(material).filter { $0.items.first?.target?.locURI != uri }
            builder.test(succeedingAtomic: Array(rest.prefix(1)) + place + Array(rest.dropFirst()))
            builder.afterwards(install + "/ContainerName", .ok, data: container.name)
        }
    }
}
