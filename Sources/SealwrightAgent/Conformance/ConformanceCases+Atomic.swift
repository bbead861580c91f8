// SPDX-License-Identifier: Apache-2.0

import OMADM

extension ConformanceCases {
    /// A way for a child of an Atomic to fail.
    private enum Fault: String, CaseIterable {
        case unknownNode, readOnlyNode, wrongFormat, existingNode, badValue, get, nested, execOfLeaf, noReplacement

        var code: StatusCode {
            switch self {
            case .unknownNode, .noReplacement: .notFound
            case .readOnlyNode, .execOfLeaf: .commandNotAllowed
            case .wrongFormat: .unsupportedTypeOrFormat
            case .existingNode: .alreadyExists
            case .badValue, .get, .nested: .commandFailed
            }
        }
    }

    /// A failure of every kind at every position of both blocks.
    func atomicFailures(_ scope: TreeScope) -> [ConformanceCase] {
        let blocks: [(String, root: String, count: Int)] = [
            ("SCEP", "SCEP/{UniqueID}", ConformanceMaterial.scepBlock.count + 2),
            ("PFX", "PFXCertInstall/{UniqueID}", ConformanceMaterial.pfxBlock.count),
        ]
        return blocks.flatMap { kind, root, count in
            Fault.allCases.flatMap { fault in
                (0..<count).map { position in
                    var builder = CaseBuilder(
                        .atomicFailure, "\(kind) \(fault.rawValue) at \(position)", in: scope)
                    var block = kind == "SCEP" ? builder.scepBlock(material) : builder.pfxBlock(material)
                    builder.prepare(builder.add("SCEP/\(CaseBuilder.otherID)", nil, .node))
                    if block.indices.contains(position) { block[position] = command(fault, &builder) }
                    builder.test(atomic: block, failingAt: position, with: fault.code)
                    builder.afterwards(root, .notFound)
                    builder.afterwards("SCEP/\(CaseBuilder.otherID)/Install", .notFound)
                    return builder.finished
                }
            }
        }
    }

    private func command(_ fault: Fault, _ builder: inout CaseBuilder) -> Command {
        let other = "SCEP/\(CaseBuilder.otherID)"
        switch fault {
        case .unknownNode: return builder.add(other + "/Install/NoSuchNode", "1", .chr)
        case .readOnlyNode: return builder.add(other + "/Status", "1", .int)
        case .wrongFormat: return builder.add(other + "/Install/KeyUsage", "160", .date)
        case .existingNode: return builder.add(other, nil, .node)
        case .badValue: return builder.add(other + "/Install/KeyUsage", "64", .int)
        case .get: return builder.get(other)
        case .execOfLeaf: return builder.exec(other + "/Install/KeyUsage")
        case .noReplacement: return builder.replace("PFXCertInstall/\(CaseBuilder.otherID)/PFXCertBlob", "AA==", .bin)
        case .nested:
            let inner = builder.add(other + "/Install/TemplateName", "x", .chr)
            return .atomic(Command.Atomic(cmdID: builder.nextID(), commands: [inner]))
        }
    }

    /// Orders that have to work, and those that must not.
    func atomicOrders(_ scope: TreeScope) -> [ConformanceCase] {
        pfxOrders(scope) + scepOrders(scope) + execPositions(scope) + missingNodes(scope) + addThenReplace(scope)
    }

    /// The blob at every position among its parameters: the import waits for the end.
    private func pfxOrders(_ scope: TreeScope) -> [ConformanceCase] {
        ConformanceMaterial.pfxBlock.indices.flatMap { shift in
            [false, true].map { isReversed in
                var builder = CaseBuilder(
                    .atomicOrder, "PFX from \(shift)\(isReversed ? " backwards" : "")", in: scope)
                let block = builder.pfxBlock(material)
                let turned = Array(block[shift...] + block[..<shift])
                builder.test(succeedingAtomic: isReversed ? turned.reversed() : turned)
                builder.afterwards("PFXCertInstall/{UniqueID}/Thumbprint", .ok, data: material.pfx.thumbprint)
                builder.afterwards("PFXCertInstall/{UniqueID}/Status", .ok, data: "0")
                return builder.finished
            }
        }
    }

    private func scepOrders(_ scope: TreeScope) -> [ConformanceCase] {
        ConformanceMaterial.scepBlock.indices.map { shift in
            var builder = CaseBuilder(.atomicOrder, "SCEP from \(shift)", in: scope)
            let block = builder.scepBlock(material)
            let settings = block[1..<(block.count - 1)]
            let turned = settings.dropFirst(shift) + settings.prefix(shift)
            builder.test(succeedingAtomic: block.prefix(1) + turned + block.suffix(1))
            builder.afterwards("SCEP/{UniqueID}/Install/Challenge", .notFound)
            builder.afterwards("SCEP/{UniqueID}/Install/KeyUsage", .ok, data: "160")
            return builder.finished
        }
    }

    /// Enroll anywhere but at the end.
    private func execPositions(_ scope: TreeScope) -> [ConformanceCase] {
        (0...ConformanceMaterial.scepBlock.count).map { position in
            var builder = CaseBuilder(.atomicOrder, "Enroll at \(position)", in: scope)
            var block = builder.scepBlock(material)
            block.insert(block.removeLast(), at: position)
            builder.test(atomic: block, failingAt: position, with: .commandFailed)
            builder.afterwards("SCEP/{UniqueID}", .notFound)
            return builder.finished
        }
    }

    /// Enroll without one of the nodes it needs.
    private func missingNodes(_ scope: TreeScope) -> [ConformanceCase] {
        Self.leaves.filter { $0.definition.required == "SCEP" }.map { definition, path in
            var builder = CaseBuilder(.atomicOrder, "Enroll without \(definition.name)", in: scope)
            let uri = builder.uri(path)
            let block = builder.scepBlock(material).filter { $0.items.first?.target?.locURI != uri }
            builder.test(atomic: block, failingAt: block.count - 1, with: .commandFailed)
            builder.afterwards("SCEP/{UniqueID}", .notFound)
            return builder.finished
        }
    }

    /// Add and Replace of the same node in one Atomic.
    private func addThenReplace(_ scope: TreeScope) -> [ConformanceCase] {
        Self.leaves.filter { $0.definition.access.contains(.replace) }.map { definition, path in
            var builder = CaseBuilder(.atomicOrder, "Add and Replace of \(path)", in: scope)
            let value = material.sample(definition.name)
            let block = [
                builder.add(path, value, definition.format), builder.replace(path, value, definition.format),
            ]
            builder.test(atomic: block, failingAt: 1, with: .commandFailed)
            builder.afterwards(path, .notFound)
            return builder.finished
        }
    }
}
