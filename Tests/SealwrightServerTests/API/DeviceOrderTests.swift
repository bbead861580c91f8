// SPDX-License-Identifier: Apache-2.0

import Foundation
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("The API: what a managed device is not told, and why")
struct DeviceOrderTests {
    /// A server with one device under management; gives the path of the device.
    private func managed() async throws -> (server: RunningServer, path: String) {
        let server = try await RunningServer.start()
        _ = try await WindowsDevice(server).enroll(try await server.windowsPassword()).get()
        let known = try await server.secure("GET", "/api/v1/devices")
        let device = try #require((known.json["items"] as? [[String: Any]])?.first)
        #expect(device["management"] as? String == "managed")
        return (server, "/api/v1/devices/" + (try #require(device["id"] as? String)))
    }

    private func body(_ wish: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: wish), as: UTF8.self)
    }

    @Test func `a wrong order is refused at once, with its place`() async throws {
        let (server, path) = try await managed()
        let long = "./" + String(repeating: "a", count: 3_000)
        for node in ["DevInfo", "/x", "", "./a//b", "./a/../b", "./a\nb", long] {
            let answer = try await server.secure(
                "POST", path + "/commands", json: try body(["kind": "get", "nodes": [node]]))
            #expect(answer.status == 400, "\(node.prefix(9))")
            #expect(answer.json["code"] as? String == "api.invalid-request")
        }
        for node in ["./DevInfo", "./DevInfo/Man?prop=Format", "./Vendor/MSFT?list=Struct"] {
            let answer = try await server.secure(
                "POST", path + "/commands", json: try body(["kind": "get", "nodes": [node]]))
            #expect(answer.status == 201 && answer.json["kind"] as? String == "get", "\(answer.json)")
        }
        let renewal = try await server.secure("POST", path + "/commands", json: try body(["kind": "renew"]))
        #expect(renewal.json["kind"] as? String == "renew", "\(renewal.json)")

        let get =
            "<SyncBody><Get><CmdID>1</CmdID><Item><Target><LocURI>./a//b</LocURI></Target></Item></Get></SyncBody>"
        let placed = try await server.secure(
            "POST", path + "/commands", json: try body(["kind": "syncml", "syncml": get]))
        #expect(placed.status == 400 && (placed.json["detail"] as? String)?.contains("./a//b: ") == true)

        let small = try await server.secure(
            "POST", path + "/certificates",
            json: try body(["uniqueID": "wifi", "subject": "CN=laptop-7", "keyLength": 1024]))
        #expect(small.status == 400 && (small.json["detail"] as? String)?.contains("2048 to") == true, "\(small.json)")
        let plus = try await server.secure(
            "POST", path + "/certificates", json: try body(["uniqueID": "wifi", "subject": "CN=a+b@example.com"]))
        #expect(plus.status == 400 && (plus.json["detail"] as? String)?.contains("quote") == true, "\(plus.json)")
        let quoted = try await server.secure(
            "POST", path + "/certificates", json: try body(["uniqueID": "wifi", "subject": #"CN="a+b@example.com""#]))
        #expect(quoted.status == 201, "\(quoted.json)")
        await server.stop()
    }

    @Test func `a device is told to trust authorities and what is self-signed, one at a time`() async throws {
        let (server, path) = try await managed()
        let root = try #require(server.middle.registry.all.first { $0.authority.kind == .root }).certificate
        let filter = CredentialFilter(now: server.middle.clock.now)
        let issued = try await server.middle.store.credentials(filter, after: nil, limit: 100).items
        let leaf = try #require(issued.first { $0.subject == "CN=\(WindowsDevice.deviceID)" })
        func trust(_ certificates: [[UInt8]]) async throws -> HTTPResponse {
            let pem = certificates.map { PEM.encode($0, label: "CERTIFICATE") }.joined()
            return try await server.secure(
                "POST", path + "/commands", json: try body(["kind": "trust", "certificate": pem]))
        }
        #expect(try await trust([root.encoded]).status == 201)
        for (certificates, word) in [([leaf.certificate], "neither"), ([root.encoded, leaf.certificate], "2 blocks")] {
            let refused = try await trust(certificates)
            let detail = refused.json["detail"] as? String ?? ""
            #expect(refused.status == 400 && detail.contains(word), "\(detail)")
        }
        await server.stop()
    }

    @Test func `a device is told to come at equal distances, from a quarter of an hour to a week`() async throws {
        let (server, path) = try await managed()
        for (schedule, status) in [("hourly", 201), ("4h", 201), ("15m", 201), ("7d", 201), ("14m", 400), ("8d", 400)] {
            let answer = try await server.secure(
                "POST", path + "/commands", json: try body(["kind": "poll", "schedule": schedule]))
            #expect(answer.status == status, "\(schedule): \(answer.json)")
        }
        let weak = try await server.secure(
            "POST", path + "/certificates",
            json: try body(["uniqueID": "wifi", "subject": "CN=laptop-7", "keyLength": 3072]))
        #expect((weak.json["detail"] as? String)?.hasPrefix("KeyLength: The value") == true, "\(weak.json)")
        await server.stop()
    }

    @Test func `a certificate is taken off a device by its identifier, and off that device alone`() async throws {
        let (server, path) = try await managed()
        let ordered = try await server.secure(
            "POST", path + "/certificates", json: try body(["uniqueID": "wifi", "subject": "CN=laptop-7"]))
        let id = try #require(ordered.json["id"] as? String)
        let removed = try await server.secure("DELETE", path + "/certificates/" + id)
        #expect(removed.status == 202 && removed.json["kind"] as? String == "removal", "\(removed.json)")
        #expect(removed.json["installation"] as? String == id && removed.json["state"] as? String == "queued")
        // The order that waited is taken back with it.
        let waiting = try await server.secure("GET", path + "/commands?state=queued")
        let kinds = (waiting.json["items"] as? [[String: Any]])?.compactMap { $0["kind"] as? String }
        #expect(kinds?.contains("removal") == true && kinds?.contains("scep") == false, "\(kinds ?? [])")
        for absent in [path + "/certificates/ci_none", "/api/v1/devices/d_none/certificates/" + id] {
            #expect(try await server.secure("DELETE", absent).status == 404)
        }
        await server.stop()
    }

    @Test func `what is not there is not found, and the hint says where to look`() async throws {
        let (server, path) = try await managed()
        let session = try await server.secure("GET", path + "/messages?session=nosuch")
        #expect(session.status == 404 && session.json["code"] as? String == "api.not-found")
        #expect((session.json["hint"] as? String)?.contains("sealwright device messages") == true)
        let order = try await server.secure(
            "POST", path + "/certificates", json: try body(["uniqueID": "wifi", "endpoint": "nosuch"]))
        #expect(order.status == 404)
        #expect((order.json["hint"] as? String)?.contains("sealwright status") == true)
        #expect(try await server.secure("GET", path + "/messages").status == 200)
        for list in ["/api/v1/devices", path + "/commands", path + "/certificates"] {
            let answer = try await server.secure("GET", list + "?after=nonsense")
            #expect(answer.status == 400, "\(list)")
            #expect((answer.json["detail"] as? String)?.hasPrefix("after:") == true)
        }
        let device = try await server.secure("GET", "/api/v1/devices/nosuch")
        #expect((device.json["hint"] as? String)?.contains("sealwright device list") == true)
        // Where the paths are described helps nobody who looks for an object.
        for path in [path + "/certificates/ci_none", "/api/v1/expiry/watches/none"] {
            let absent = try await server.secure("DELETE", path)
            #expect(absent.status == 404, "\(path)")
            #expect((absent.json["hint"] as? String)?.contains("openapi") == false, "\(path)")
        }
        await server.stop()
    }

    @Test func `a folder that may not be looked into is not called empty`() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let data = folder.path("data")
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        #expect(DataFolder(data).absence.code == "server.not-initialized")
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: data)
        // Permissions do not bind root, who finds that there is nothing.
        let isRoot = geteuid() == 0
        #expect(DataFolder(data).absence.code == (isRoot ? "server.not-initialized" : "server.data-folder"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: data)
    }
}
