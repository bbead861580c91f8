// SPDX-License-Identifier: Apache-2.0

import Configuration
import CryptoProvider
import Foundation
import Logging
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import Synchronization

@testable import SealwrightServer

/// A whole server in this process, on free loopback ports and a folder of its own.
struct RunningServer: Sendable {
    let folder: DataFolder
    let middle: Middle
    let address: ServerAddress
    let routes: Set<Route>
    private let task: Task<Void, any Error>

    /// One for all tests that change nothing others look at.
    static let shared = Task { try await RunningServer.start() }

    /// Where the folders of all servers lie; it goes with the process, with those that no test removed.
    private static let home: String = {
        atexit { try? FileManager.default.removeItem(atPath: RunningServer.home) }
        return NSTemporaryDirectory() + "/sealwright-servers-\(getpid())"
    }()

    static func start(
        in folder: DataFolder = DataFolder(RunningServer.home + "/" + UUID().uuidString),
        settings: [String: ConfigContent] = [:], log: any LogHandler = SwiftLogNoOpLogHandler(),
        adjust: (inout ServerConfiguration) -> Void = { _ in }
    ) async throws -> RunningServer {
        var flags: [String: ConfigContent] = [
            "server.hosts": .stringArray(["127.0.0.1"]), "server.listen": .string("127.0.0.1"),
            "server.http-port": .int(0), "server.https-port": .int(0), "server.device-port": .int(0),
        ]
        flags.merge(settings) { _, new in new }
        var configuration = try await ServerConfiguration.load(flags: flags, file: nil)
        adjust(&configuration)
        let middle = try await Middle.open(
            folder, configuration: configuration, hierarchy: HierarchyOptions(rootKey: .rsa2048),
            logger: Logger(label: "test") { _ in log })
        let server = Server(middle)
        let (stream, continuation) = AsyncStream.makeStream(of: ServerAddress.self)
        let task = Task {
            defer { continuation.finish() }
            try await server.run(signals: []) { address in continuation.yield(address) }
        }
        for await address in stream {
            return RunningServer(folder: folder, middle: middle, address: address, routes: server.routes, task: task)
        }
        try await task.value
        throw CancellationError()
    }

    /// Ends the server and removes its folder, unless another is to begin where it ended.
    func stop(keepingFolder: Bool = false) async {
        task.cancel()
        _ = await task.result
        guard !keepingFolder else { return }
        try? FileManager.default.removeItem(atPath: folder.path)
    }

    var token: String { AdministratorToken.read(folder) ?? "" }

    /// Asks over plain HTTP.
    func plain(_ method: String = "GET", _ path: String, body: [UInt8] = []) async throws -> HTTPResponse {
        let url = try HTTPURL("http://127.0.0.1:\(address.httpPort)\(path)")
        return try await HTTPClient().send(HTTPRequest(method: method, url: url, body: body))
    }

    /// Asks over HTTPS, trusting the server's own root; with the administrator's token unless told otherwise.
    func secure(
        _ method: String = "GET", _ path: String, json: String? = nil, token: String? = nil,
        fields: [(String, String)] = []
    ) async throws -> HTTPResponse {
        let anchor = middle.serverCertificates.served.current?.anchor.map { [$0.encoded] } ?? []
        let roots =
            middle.registry.all.filter { $0.authority.kind == .root }.map { Array($0.certificate.encoded) } + anchor
        let client = HTTPClient(tls: try TLSClientSettings.trusting(encoded: roots))
        var request = HTTPRequest(
            method: method, url: try HTTPURL("https://127.0.0.1:\(address.httpsPort)\(path)"),
            fields: fields.map { (name: $0.0, value: $0.1) }, body: Array((json ?? "").utf8))
        let bearer = token ?? self.token
        if !bearer.isEmpty { request.fields.append((name: "Authorization", value: "Bearer " + bearer)) }
        return try await client.send(request)
    }

    /// Sends octets as they are and reads until the server closes or `seconds` have passed.
    func raw(
        _ text: String, later: String = "", pause: Double = 1, port: Int? = nil, seconds: Int = 25
    ) async -> RawAnswer {
        await RawAnswer.exchange(
            Array(text.utf8), later: Array(later.utf8), pause: pause, port: port ?? address.httpPort, seconds: seconds)
    }
}

extension HTTPResponse {
    /// The body as JSON.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
    }
}
