// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

extension TreeEngine {
    /// Reads a node, one of its properties or a list of what is below it.
    ///
    /// - Throws: ``CommandFailure`` with status 404 for an absent node, 405 for one that is not read, 406 for a property
    ///   or list that is not supported.
    func get(_ uri: LocURI, _ draft: AgentDraft) throws(CommandFailure) -> [NodeReading] {
        let place = try place(uri, for: .get)
        guard let reading = reading(place, draft) else { throw CommandFailure(.notFound, "\(uri): is not there") }
        switch uri.query {
        case nil: return [reading]
        case .property(let name): return [try property(name, place, reading, draft)]
        case .list(let name): return try list(name, place, draft)
        }
    }

    /// A node with its value; `nil` when it is absent.
    private func reading(_ place: Place, _ draft: AgentDraft) -> NodeReading? {
        let definition = place.definition
        if definition.isInterior {
            guard exists(place, draft) else { return nil }
            let names = children(of: place, draft).map { LocURIText.segment($0.match.segments.last ?? "") }
            return NodeReading(uri: "\(place.uri)", format: .node, data: names.joined(separator: "/"))
        }
        guard let value = value(place, draft) else { return nil }
        // Octets are told in Base64, which both forms of a message carry.
        let format = definition.format == .bin ? MetaFormat.b64 : definition.format
        return NodeReading(uri: "\(place.uri)", format: format, type: definition.mime, data: value)
    }

    /// The value of a leaf; `nil` when it is absent.
    func value(_ place: Place, _ draft: AgentDraft) -> String? { provider(of: place).value(place, self, draft) }

    /// The value of a leaf as the tree keeps it; `nil` when it is absent.
    func keptValue(_ place: Place, _ draft: AgentDraft) -> String? {
        let definition = place.definition
        guard let node = draft.state.tree[place.scope, place.key] else {
            guard let parent = parent(of: place), exists(parent, draft) else { return nil }
            if definition.format == .null { return "" }
            return context.policy.unset == .defaultValue ? definition.defaultValue : nil
        }
        if definition.isSecret, context.policy.secrets == .redacted { return "" }
        return node.value ?? ""
    }

    /// The result of a failed import can be read although its nodes were rolled back.
    func pfxResult(
        _ name: String, _ installation: InstallationID, isThere: Bool, _ draft: AgentDraft
    ) -> String? {
        let record = draft.state.pfx[installation]
        switch name {
        case "Status": return record?.status.decimal
        default:
            guard isThere else { return nil }
            guard let installed = record?.installed,
                draft.state.store(installed.location).entries[installed.thumbprint] != nil
            else { return "" }
            return installed.thumbprint.text
        }
    }

    func scepResult(_ name: String, _ installation: InstallationID, _ draft: AgentDraft) -> String? {
        let record = draft.state.scep[installation] ?? SCEPInstallation()
        switch name {
        case "Status": return String(record.status.rawValue)
        case "ErrorCode": return record.errorCode?.decimal
        case "RespondentServerUrl": return record.respondentServerURL
        default: return goodThumbprint(record, draft)
        }
    }

    /// The thumbprint as long as the certificate is valid, leads to an authority that is trusted, and has its key.
    private func goodThumbprint(_ record: SCEPInstallation, _ draft: AgentDraft) -> String {
        guard let installed = record.installed,
            let certificate = draft.state.store(installed.location).certificate(installed.thumbprint),
            draft.hasKey(at: installed.keyPath)
        else { return "" }
        var evidence = draft.evidence(installed.location.scope)
        evidence.anchors += record.anchors.compactMap { try? CertificateView(parsing: $0.octets) }
        return context.judge.isGood(certificate, evidence, at: context.now) ? installed.thumbprint.text : ""
    }
}

// MARK: - Properties and lists

extension TreeEngine {
    private func property(
        _ name: String, _ place: Place, _ reading: NodeReading, _ draft: AgentDraft
    ) throws(CommandFailure) -> NodeReading {
        let text: String
        var format = MetaFormat.chr
        switch LocURIText.fold(name) {
        case "format": text = reading.format.rawValue
        case "name":
            text = draft.state.tree[place.scope, place.key]?.name ?? place.match.segments.last ?? "."
        case "type": text = place.definition.mime ?? ""
        case "acl": text = accessControlList
        case "size" where !place.definition.isInterior:
            text = String(reading.data?.utf8.count ?? 0)
            format = .int
        default:
            throw CommandFailure(.optionalFeatureNotSupported, "\(place.uri): the property \(name.prefix(32))")
        }
        return NodeReading(uri: "\(place.uri)?prop=\(name)", format: format, type: "text/plain", data: text)
    }

    /// The list of the root, which every node inherits.
    private var accessControlList: String {
        let server = context.policy.managingServer ?? "*"
        return "Add=\(server)&Delete=\(server)&Exec=\(server)&Get=*&Replace=\(server)"
    }

    private func list(_ name: String, _ place: Place, _ draft: AgentDraft) throws(CommandFailure) -> [NodeReading] {
        let withData: Bool
        switch LocURIText.fold(name) {
        case "struct": withData = false
        case "structdata": withData = true
        default: throw CommandFailure(.optionalFeatureNotSupported, "\(place.uri): the list \(name.prefix(32))")
        }
        var readings: [NodeReading] = []
        var waiting = [place]
        while let next = waiting.popLast() {
            guard readings.count < Self.listLimit else {
                throw CommandFailure(.requestedSizeTooBig, "\(place.uri): more than \(Self.listLimit) nodes")
            }
            waiting += children(of: next, draft).reversed()
            if next.definition.access.contains(.get), var reading = reading(next, draft) {
                if !withData || next.definition.isInterior { reading.data = nil }
                readings.append(reading)
            } else {
                readings.append(
                    NodeReading(uri: "\(next.uri)", format: next.definition.format, type: next.definition.mime))
            }
        }
        return readings
    }

    /// Nodes of one list.
    private static let listLimit = 20_000

    /// The nodes directly below one, in the order of the definitions.
    private func children(of place: Place, _ draft: AgentDraft) -> [Place] {
        let definitions = context.catalog.children(of: place.definition, in: place.scope.tree)
        return definitions.flatMap { definition -> [Place] in
            guard !definition.isNameChosen else {
                let fixed = Set(definitions.map { LocURIText.fold($0.name) })
                return provider(of: place).names(below: place, self, draft)
                    .filter { !fixed.contains(LocURIText.fold($0)) }.compactMap { child($0, of: place) }
            }
            guard let child = child(definition.name, of: place) else { return [] }
            let isThere =
                definition.access.contains(.exec)
                || (definition.isInterior ? exists(child, draft) : value(child, draft) != nil)
            return isThere ? [child] : []
        }
    }
}
