// SPDX-License-Identifier: Apache-2.0

import OMADM

/// A tree beside ClientCertificateInstall, as cases use it.
private struct Neighbour {
    /// Its root below the root of the scope.
    let root: [String]
    /// Its nodes with their path below that root, chosen names filled in.
    let nodes: [(definition: NodeDefinition, path: String)]
    /// What is deleted before each case.
    let cleaning: [String]

    init(
        _ root: [String], _ definitions: [NodeDefinition], in scope: TreeScope, names: [String: String],
        cleaning: [String]
    ) {
        self.root = root
        self.cleaning = cleaning
        nodes = definitions.filter { $0.scopes.contains(scope) }.map { definition in
            (definition, definition.path.dropFirst(root.count).map { names[$0] ?? $0 }.joined(separator: "/"))
        }
    }
}

extension ConformanceCases {
    /// The trees of certificates, of the management client and of the old SCEP nodes.
    func neighbours(_ scope: TreeScope) -> [ConformanceCase] {
        certificateCases(scope) + clientCases(scope) + legacyCases(scope)
    }

    private func cases(
        _ tree: Neighbour, _ scope: TreeScope, leavingOut: (NodeDefinition, NodeDefinition.Access) -> Bool
    )
        -> [ConformanceCase]
    {
        tree.nodes.flatMap { definition, path in
            Self.verbs.flatMap { verb in
                [false, true].compactMap { isPresent in
                    leavingOut(definition, verb)
                        ? nil
                        : neighbour(
                            tree, definition, path, verb, isPresent: isPresent,
                            isReadable: !leavingOut(definition, .get), scope)
                }
            }
        }
    }

    private func neighbour(
        _ tree: Neighbour, _ definition: NodeDefinition, _ path: String, _ verb: NodeDefinition.Access,
        isPresent: Bool, isReadable: Bool, _ scope: TreeScope
    ) -> ConformanceCase {
        let name = "\(verb.names.joined()) \((tree.root + [path]).joined(separator: "/")) "
        var builder = CaseBuilder(
            .neighbour, name + (isPresent ? "present" : "absent"), in: scope, root: tree.root,
            cleaning: tree.cleaning)
        if isPresent, !definition.isPermanent { builder.prepare(present(definition, path, &builder)) }
        var code = expectedCode(definition, verb, isPresent: isPresent)
        let value = definition.isInterior ? nil : sample(definition)
        switch verb {
        case .get: builder.test(builder.get(path), code)
        case .add: builder.test(builder.add(path, value, definition.format), code)
        case .replace: builder.test(builder.replace(path, value, definition.format), code)
        case .delete: builder.test(builder.delete(path), code)
        default:
            // Without its settings an enrolment cannot start; what is absent cannot either.
            if code == .ok { code = .commandFailed }
            builder.test(builder.exec(path), code)
        }
        guard definition.access.contains(.get), isReadable else { return builder.finished }
        let isThere = definition.isPermanent || (code == .ok ? verb != .delete : isPresent)
        builder.afterwards(path, isThere ? .ok : .notFound)
        return builder.finished
    }

    /// The commands that bring a node about.
    private func present(_ definition: NodeDefinition, _ path: String, _ builder: inout CaseBuilder) -> [Command] {
        if definition.path.contains(CertificateContainer.certHash), let certificate = material.certificates.first {
            let above = path.split(separator: "/").prefix { $0 != certificate.thumbprint }.joined(separator: "/")
            let leaf = "\(above)/\(certificate.thumbprint)/EncodedCertificate"
            return [builder.add(leaf, certificate.base64, .b64)]
        }
        if definition.access.contains(.add) {
            return [builder.add(path, definition.isInterior ? nil : sample(definition), definition.format)]
        }
        if definition.access.contains(.replace) {
            return [builder.replace(path, sample(definition), definition.format)]
        }
        // What only the device sets comes with the node above, or with a leaf below.
        if definition.isInterior { return [builder.add(path + "/ServerURL", "http://127.0.0.1:9/scep", .chr)] }
        let names = path.split(separator: "/")
        if names.dropLast().last == "Install" {
            return [
                builder.add(names.dropLast().joined(separator: "/") + "/ServerURL", "http://127.0.0.1:9/scep", .chr)
            ]
        }
        return names.count > 1 ? [builder.add(names.dropLast().joined(separator: "/"), nil, .node)] : []
    }

    /// A value the node takes.
    private func sample(_ definition: NodeDefinition) -> String {
        if definition.format == .b64 { return material.certificates.first?.base64 ?? "" }
        switch definition.rule {
        case .oneOf(let values): return values.last ?? ""
        case .between(let lowest, _): return String(lowest)
        case .atLeast(let bound): return String(bound)
        case .shortVersion: return "1.0"
        case .serviceURL: return "https://127.0.0.1/dm"
        default: break
        }
        let other = [
            "HashAlgrithm": "HashAlgorithm", "CAThumbPrint": "CAThumbprint", "ValidPeriodUnit": "ValidPeriodUnits",
        ]
        let known = material.sample(other[definition.name] ?? definition.name)
        return known.isEmpty ? (definition.format == .int ? "1" : "text") : known
    }
}

// MARK: - Certificates

extension ConformanceCases {
    private func containers(_ scope: TreeScope) -> [CertificateContainer] {
        (RootCATrustedCertificatesNodes().containers + CertificateStoreNodes().containers)
            .filter { $0.scopes.contains(scope) }
    }

    private func certificateCases(_ scope: TreeScope) -> [ConformanceCase] {
        guard let first = material.certificates.first, let second = material.certificates.last,
            material.certificates.count > 1
        else { return [] }
        return containers(scope).flatMap { container -> [ConformanceCase] in
            let cleaning = [first.thumbprint, second.thumbprint]
            let tree = Neighbour(
                container.path, container.definitions, in: scope,
                names: [CertificateContainer.certHash: first.thumbprint], cleaning: cleaning)
            return cases(tree, scope) { _, _ in false } + names(tree, first, second, scope)
                + contents(tree, first, scope) + changes(tree, first, second, scope)
        }
    }

    private typealias Sample = (thumbprint: String, base64: String)

    private static let leaf = "/EncodedCertificate"

    /// Under which name and in which format a certificate is taken, and under which not.
    private func names(
        _ tree: Neighbour, _ first: Sample, _ second: Sample, _ scope: TreeScope
    ) -> [ConformanceCase] {
        let leaf = Self.leaf
        let forms: [(String, String, MetaFormat?, StatusCode)] = [
            ("its thumbprint", first.thumbprint, .b64, .ok),
            ("its thumbprint in lower case", first.thumbprint.lowercased(), .b64, .ok),
            ("format bin", first.thumbprint, .bin, .ok), ("format chr", first.thumbprint, .chr, .ok),
            ("no format", first.thumbprint, nil, .ok), ("format int", first.thumbprint, .int, .unsupportedTypeOrFormat),
            ("another thumbprint", second.thumbprint, .b64, .commandFailed),
            ("no thumbprint", "certificate", .b64, .commandFailed),
        ]
        return forms.map { form, name, format, code in
            var builder = self.builder(tree, "certificate with \(form)", scope)
            builder.test(builder.add(name + leaf, first.base64, format), code)
            let isDone = code == .ok
            builder.afterwards(first.thumbprint + leaf, isDone ? .ok : .notFound, data: isDone ? first.base64 : nil)
            return builder.finished
        }
    }

    /// What is no certificate.
    private func contents(_ tree: Neighbour, _ first: Sample, _ scope: TreeScope) -> [ConformanceCase] {
        let contents: [(String, String, StatusCode)] = [
            ("no Base64", "no Base64!", .unsupportedTypeOrFormat), ("no certificate", "AQID", .commandFailed),
            ("nothing", "", .commandFailed), ("a part", String(first.base64.prefix(64)), .commandFailed),
        ]
        return contents.map { form, value, code in
            var builder = self.builder(tree, "certificate that is \(form)", scope)
            builder.test(builder.add(first.thumbprint + Self.leaf, value, .b64), code)
            builder.afterwards(first.thumbprint, .notFound)
            return builder.finished
        }
    }

    /// What becomes of a certificate that is there.
    private func changes(
        _ tree: Neighbour, _ first: Sample, _ second: Sample, _ scope: TreeScope
    ) -> [ConformanceCase] {
        let leaf = Self.leaf
        var replaced = builder(tree, "Replace by another certificate", scope)
        replaced.prepare(replaced.add(first.thumbprint + leaf, first.base64, .b64))
        replaced.test(replaced.replace(first.thumbprint + leaf, second.base64, .b64), .commandFailed)
        replaced.afterwards(first.thumbprint + leaf, .ok, data: first.base64)
        var atomic = builder(tree, "Atomic that fails behind a certificate", scope)
        let block = [
            atomic.add(first.thumbprint + leaf, first.base64, .b64),
            atomic.add(second.thumbprint + leaf, first.base64, .b64),
        ]
        atomic.test(atomic: block, failingAt: 1, with: .commandFailed)
        atomic.afterwards(first.thumbprint, .notFound)
        return [replaced.finished, atomic.finished]
    }

    private func builder(_ tree: Neighbour, _ name: String, _ scope: TreeScope) -> CaseBuilder {
        CaseBuilder(
            .neighbourValue, "\(tree.root.joined(separator: "/")): \(name)", in: scope, root: tree.root,
            cleaning: tree.cleaning)
    }
}

// MARK: - DMClient and MY/SCEP

extension ConformanceCases {
    /// The nodes that a server sets; what the device computes depends on the device.
    private func clientCases(_ scope: TreeScope) -> [ConformanceCase] {
        let provider = "Provider/\(CaseBuilder.uniqueID)"
        let tree = Neighbour(
            DMClientNodes.root, DMClientNodes().definitions, in: scope,
            names: ["{ProviderID}": CaseBuilder.uniqueID], cleaning: [provider])
        return cases(tree, scope) { definition, verb in
            // Unenroll ends the management of the device under test.
            definition.format == .null || definition.access == .get && !definition.isPermanent && verb == .get
        } + clientValues(tree, scope)
    }

    private func clientValues(_ tree: Neighbour, _ scope: TreeScope) -> [ConformanceCase] {
        let refused: [(ValueRule) -> String?] = [
            { rule in if case .oneOf = rule { "7777" } else { nil } },
            { rule in if case .between(let lowest, _) = rule { String(lowest - 1) } else { nil } },
            { rule in if case .between(_, let highest) = rule { String(highest + 1) } else { nil } },
            { rule in if case .atLeast(let bound) = rule { String(bound - 1) } else { nil } },
            { rule in rule == .shortVersion ? "10.0" : nil },
            { rule in rule == .serviceURL ? "http://127.0.0.1/dm" : nil },
        ]
        return tree.nodes.filter { $0.definition.access.contains(.replace) && !$0.definition.isInterior }
            .flatMap { definition, path in
                refused.compactMap { $0(definition.rule) }.map { value in
                    var builder = self.builder(tree, "\(path) = \(value)", scope)
                    // A truth value that is none does not get as far as the rule.
                    let code: StatusCode = definition.format == .bool ? .unsupportedTypeOrFormat : .commandFailed
                    builder.test(builder.replace(path, value, definition.format), code)
                    builder.afterwards(path, .notFound)
                    return builder.finished
                }
            }
    }

    private func legacyCases(_ scope: TreeScope) -> [ConformanceCase] {
        let tree = Neighbour(
            LegacySCEPNodes.root, LegacySCEPNodes().definitions, in: scope,
            names: [NodeDefinition.uniqueID: CaseBuilder.uniqueID], cleaning: [CaseBuilder.uniqueID])
        return cases(tree, scope) { definition, verb in
            ["ValidPeriod", "ErrorCode"].contains(definition.name) && verb == .get
        }
    }
}
