// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightNetwork
import Testing

@testable import SealwrightServer

@Suite("The OpenAPI file and the routes say the same")
struct OpenAPITests {
    private let document: [String: Any]

    init() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(PackageResources.openapi_json))
        document = try #require(parsed as? [String: Any])
    }

    /// `GET /crl/{}`: methods and paths with nameless placeholders; a rest of a path is a placeholder too.
    private static func shape(_ method: String, _ path: String) -> String {
        let segments = path.split(separator: "/").map { $0.hasPrefix("{") || $0 == "**" ? "{}" : String($0) }
        return method.uppercased() + " /" + segments.joined(separator: "/")
    }

    private var described: Set<String> {
        let paths = document["paths"] as? [String: [String: Any]] ?? [:]
        return Set(paths.flatMap { path, item in item.keys.map { Self.shape($0, path) } })
    }

    @Test func `every route is described and everything described is a route`() async throws {
        let server = try await RunningServer.shared.value
        let routes = Set(server.routes.map { Self.shape($0.method, $0.path) })
        #expect(routes.subtracting(described).sorted() == [])
        #expect(described.subtracting(routes).sorted() == [])
    }

    @Test func `every query parameter of the interface is described, and those described are taken`() {
        let paths = document["paths"] as? [String: [String: [String: Any]]] ?? [:]
        var described: [String: Set<String>] = [:]
        for (path, item) in paths where path.hasPrefix("/api/") {
            for (method, operation) in item {
                let parameters = (operation["parameters"] as? [[String: Any]] ?? []).map { parameter in
                    (parameter["$ref"] as? String).flatMap(resolve) ?? parameter
                }
                let names = parameters.filter { $0["in"] as? String == "query" }.compactMap { $0["name"] as? String }
                if !names.isEmpty { described[method.uppercased() + " " + path] = Set(names) }
            }
        }
        #expect(described == APIQuery.known.mapValues { Set($0) })
    }

    @Test func `an operation that is done once for each Idempotency-Key says so, and no other`() {
        let paths = document["paths"] as? [String: [String: [String: Any]]] ?? [:]
        let described = paths.flatMap { path, item in
            item.compactMap { method, operation -> String? in
                let parameters = operation["parameters"] as? [[String: Any]] ?? []
                let isNamed = parameters.contains { $0["name"] as? String == "Idempotency-Key" }
                return isNamed ? method.uppercased() + " " + path : nil
            }
        }
        #expect(Set(described) == IdempotencyKeyCheck.supported)
    }

    @Test func `a body may be left out where nothing in it has to be there, and nowhere else`() throws {
        let paths = document["paths"] as? [String: [String: [String: Any]]] ?? [:]
        for (path, item) in paths where path.hasPrefix("/api/") {
            for (method, operation) in item {
                guard let body = operation["requestBody"] as? [String: Any] else { continue }
                let content = body["content"] as? [String: [String: Any]]
                let schema = try #require(content?["application/json"]?["schema"] as? [String: Any])
                let resolved = (schema["$ref"] as? String).flatMap(resolve) ?? schema
                let demanded = resolved["required"] as? [String] ?? []
                #expect(body["required"] as? Bool ?? false == !demanded.isEmpty, "\(method) \(path)")
            }
        }
    }

    @Test func `every reference in the file leads somewhere`() {
        var missing: [String] = []
        func walk(_ value: Any) {
            if let object = value as? [String: Any] {
                if let reference = object["$ref"] as? String, resolve(reference) == nil { missing.append(reference) }
                object.values.forEach(walk)
            } else if let list = value as? [Any] {
                list.forEach(walk)
            }
        }
        walk(document)
        #expect(missing.isEmpty, "\(missing)")
        #expect(document["openapi"] as? String == "3.1.0")
    }

    @Test(arguments: [
        "/api/v1/status", "/api/v1/settings", "/api/v1/doctor", "/api/v1/errors", "/api/v1/certificates",
        "/api/v1/challenges", "/api/v1/tokens",
        "/api/v1/enrollments", "/api/v1/devices", "/api/v1/authorities", "/api/v1/audit", "/api/v1/audit/verify",
        "/api/v1/server-certificate", "/api/v1/server-certificates", "/api/v1/changes", "/api/v1/expiry",
        "/api/v1/expiry/watches",
        "/version",
    ])
    func `a live answer has every required field and no undescribed one`(_ path: String) async throws {
        let server = try await RunningServer.shared.value
        _ = try await server.secure("POST", "/api/v1/challenges", json: "{}")
        let query = path == "/api/v1/certificates" ? "?owner=own" : ""
        let answer = try await server.secure("GET", path + query)
        #expect(answer.status == 200)
        let schema = try #require(self.schema(of: path))
        let value = try JSONSerialization.jsonObject(with: Data(answer.body))
        #expect(faults(value, schema, at: path) == [])
    }

    private func schema(of path: String) -> [String: Any]? {
        var node: Any? = document
        for key in ["paths", path, "get", "responses", "200", "content", "application/json", "schema"] {
            node = (node as? [String: Any])?[key]
        }
        return node as? [String: Any]
    }

    private func resolve(_ reference: String) -> [String: Any]? {
        var node: Any? = document
        for key in reference.split(separator: "/").dropFirst() { node = (node as? [String: Any])?[String(key)] }
        return node as? [String: Any]
    }

    private func faults(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            return faults(value, resolve(reference) ?? [:], at: place)
        }
        if let items = schema["items"] as? [String: Any] {
            guard let list = value as? [Any] else { return ["\(place) is no list"] }
            return list.flatMap { faults($0, items, at: place + "[]") }
        }
        if let text = value as? String { return faults(of: text, schema, at: place) }
        guard let properties = schema["properties"] as? [String: [String: Any]] else { return [] }
        guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
        let required = schema["required"] as? [String] ?? []
        var found = required.filter { object[$0] == nil }.map { "\(place).\($0) is missing" }
        for (key, member) in object {
            guard let known = properties[key] else {
                found.append("\(place).\(key) is not described")
                continue
            }
            found += faults(member, known, at: "\(place).\(key)")
        }
        return found
    }

    /// A word that is none of those, or a text of another form.
    private func faults(of text: String, _ schema: [String: Any], at place: String) -> [String] {
        var found: [String] = []
        if let words = schema["enum"] as? [String], !words.contains(text) {
            found.append("\(place): \(text) is none of \(words)")
        }
        if let pattern = schema["pattern"] as? String, text.range(of: pattern, options: .regularExpression) == nil {
            found.append("\(place): \(text) is not of the form \(pattern)")
        }
        return found
    }
}
