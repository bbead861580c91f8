// SPDX-License-Identifier: Apache-2.0

import OMADM

extension ConformanceCases {
    static let verbs: [NodeDefinition.Access] = [.get, .add, .replace, .delete, .exec]

    /// Every node with every command, absent and present.
    func base(_ scope: TreeScope) -> [ConformanceCase] {
        Self.nodes.flatMap { definition, path in
            Self.verbs.flatMap { verb in
                [false, true].map { isPresent in base(definition, path, verb, isPresent: isPresent, scope) }
            }
        }
    }

    private func base(
        _ definition: NodeDefinition, _ path: String, _ verb: NodeDefinition.Access, isPresent: Bool, _ scope: TreeScope
    ) -> ConformanceCase {
        var builder = CaseBuilder(
            .base, "\(verb.names.joined()) \(path) \(isPresent ? "present" : "absent")", in: scope)
        prepare(definition, path, isPresent: isPresent, &builder)
        let code = expectedCode(definition, verb, isPresent: isPresent)
        let (value, format) =
            definition.isInterior ? (nil, .node) : (material.sample(definition.name), definition.format)
        switch verb {
        case .get: builder.test(builder.get(path), code)
        case .add: builder.test(builder.add(path, value, format), code)
        case .replace: builder.test(builder.replace(path, value, format), code)
        case .delete: builder.test(builder.delete(path), code)
        default: builder.test(builder.exec(path), code)
        }
        guard definition.access.contains(.get) else { return builder.finished }
        let isThere =
            definition.isPermanent
            || (code == .ok ? verb != .delete : isPresent)
        builder.afterwards(path, isThere ? .ok : .notFound)
        return builder.finished
    }

    /// The status that access, occurrence and presence ask for.
    func expectedCode(
        _ definition: NodeDefinition, _ verb: NodeDefinition.Access, isPresent: Bool
    ) -> StatusCode {
        guard definition.access.contains(verb) else { return .commandNotAllowed }
        if definition.isPermanent { return .ok }
        switch verb {
        case .add: return isPresent ? .alreadyExists : .ok
        // Replace of an absent node creates it, except where it would install a certificate.
        case .replace: return isPresent || ![.bin, .b64].contains(definition.format) ? .ok : .notFound
        default: return isPresent ? .ok : .notFound
        }
    }

    /// Brings a node about, or what has to be there before it can be.
    private func prepare(
        _ definition: NodeDefinition, _ path: String, isPresent: Bool, _ builder: inout CaseBuilder
    ) {
        let pfx = "PFXCertInstall/{UniqueID}"
        switch definition.name {
        case "PFXCertBlob":
            builder.prepare(builder.add(pfx + "/KeyLocation", "3", .int))
            builder.prepare(builder.add(pfx + "/PFXCertPassword", material.pfx.password, .chr))
            if isPresent { builder.prepare(builder.add(path, material.pfx.base64, .bin)) }
        case _ where !isPresent || definition.isPermanent: return
        case "Status" where path.hasPrefix(pfx): builder.prepare(atomic: builder.pfxBlock(material))
        case "ErrorCode": builder.prepare(atomic: builder.scepBlock(material))
        case "Enroll": builder.prepare(builder.scepBlock(material).dropLast())
        case _ where definition.access == .get:
            builder.prepare(builder.add(path.split(separator: "/").dropLast().joined(separator: "/"), nil, .node))
        case _ where definition.isInterior: builder.prepare(builder.add(path, nil, .node))
        default: builder.prepare(builder.add(path, material.sample(definition.name), definition.format))
        }
    }
}
