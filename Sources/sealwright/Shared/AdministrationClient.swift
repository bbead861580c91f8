// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCommandLine
import SealwrightNetwork
import SealwrightServer

/// Speaks the administration API and turns its problems into command failures.
struct AdministrationClient: Sendable {
    private let base: HTTPURL
    private let client: HTTPClient
    private let token: String
    /// The folder of a server on this machine.
    private let folder: DataFolder?

    init(base: HTTPURL, client: HTTPClient, token: String, folder: DataFolder? = nil) {
        self.base = base
        self.client = client
        self.token = token
        self.folder = folder
    }

    /// Asks for a value.
    func get<Value: Decodable>(
        _ path: String, _ query: [(String, String?)] = [], as type: Value.Type = Value.self
    ) async throws(CommandFailure) -> Value {
        try decode(await send("GET", path, query, body: nil))
    }

    /// What the server gives at once.
    private static let longestPage = 1_000

    /// Asks for a list, in as many requests as that takes.
    ///
    /// The server may answer with a short page when a rare filter makes it look at many things, and says where to go
    /// on.
    ///
    /// - Parameters:
    ///   - path: the list's.
    ///   - filters: what the list shows.
    ///   - limit: how many items at most; `nil` for all.
    ///   - start: where to go on, as `next` of a list before says.
    /// - Returns: the items, and where the list goes on.
    /// - Throws: ``CommandFailure``.
    func list<Item>(
        _ path: String, _ filters: [(String, String?)], limit: Int? = nil, after start: String? = nil
    ) async throws(CommandFailure) -> ListDocument<Item> {
        var items: [Item] = []
        var cursor = start
        var isWanted = true
        while isWanted {
            let length = min((limit ?? .max) - items.count, Self.longestPage)
            let part: ListDocument<Item> = try await get(
                path, filters + [("limit", String(length)), ("after", cursor)])
            items += part.items
            cursor = part.next
            isWanted = cursor != nil && items.count < limit ?? .max
            if isWanted { Terminal.progress("\(items.count) found …") }
        }
        Terminal.progressDone()
        return ListDocument(items: items, next: cursor)
    }

    /// Sends a value and reads one.
    func post<Value: Decodable>(
        _ path: String, _ body: some Encodable, as type: Value.Type = Value.self
    ) async throws(CommandFailure) -> Value {
        let encoded = (try? JSONEncoder().encode(body)).map(Array.init) ?? []
        return try decode(await send("POST", path, [], body: encoded))
    }

    /// Asks for octets.
    func octets(_ path: String, _ query: [(String, String?)] = []) async throws(CommandFailure) -> [UInt8] {
        try await send("GET", path, query, body: nil)
    }

    /// Asks for a file outside the API, such as a CRL.
    func file(_ path: String) async throws(CommandFailure) -> [UInt8] {
        try await exchange(HTTPRequest(method: "GET", url: base.with(path: path, query: nil))).body
    }

    /// Posts octets outside the API, such as an OCSP request.
    func post(_ body: [UInt8], _ type: String, to path: String) async throws(CommandFailure) -> [UInt8] {
        try await exchange(
            HTTPRequest(
                method: "POST", url: base.with(path: path, query: nil), fields: [("Content-Type", type)], body: body)
        ).body
    }

    /// Sends a value and writes the answer into a file as it comes.
    func stream(
        posting body: some Encodable, to path: String, into file: NewFile
    ) async throws(CommandFailure) {
        let encoded = (try? JSONEncoder().encode(body)).map(Array.init) ?? []
        do {
            _ = try await exchange(try request("POST", path, [], body: encoded)) { chunk in try file.write(chunk) }
        } catch {
            // A full disk here is no fault of the connection.
            throw file.failure ?? error
        }
    }

    /// Removes something.
    func delete(_ path: String) async throws(CommandFailure) {
        _ = try await send("DELETE", path, [], body: nil)
    }

    /// Removes something that takes a while, and reads what the server says of it.
    func delete<Value: Decodable>(_ path: String, as type: Value.Type) async throws(CommandFailure) -> Value {
        try decode(await send("DELETE", path, [], body: nil))
    }

    private func send(
        _ method: String, _ path: String, _ query: [(String, String?)], body: [UInt8]?
    ) async throws(CommandFailure) -> [UInt8] {
        try await exchange(try request(method, path, query, body: body)).body
    }

    private func request(
        _ method: String, _ path: String, _ query: [(String, String?)], body: [UInt8]?
    ) throws(CommandFailure) -> HTTPRequest {
        // An identifier that is empty, or leads elsewhere, would ask for something else.
        for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard segment.isEmpty || segment == "." || segment == ".." else { continue }
            throw CommandFailure(
                .usage, code: "cli.usage", "'\(segment)' is no identifier or serial number",
                hint: "the 'list' command of the same group shows them")
        }
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(Self.escape($0))" } }
        let url = base.with(path: "/api/v1/" + path, query: pairs.isEmpty ? nil : pairs.joined(separator: "&"))
        var request = HTTPRequest(method: method, url: url, fields: [("Authorization", "Bearer " + token)])
        if let body {
            request.fields.append(("Content-Type", "application/json"))
            request.body = body
        }
        return request
    }

    private func exchange(
        _ request: HTTPRequest, body sink: (@Sendable ([UInt8]) throws -> Void)? = nil
    ) async throws(CommandFailure) -> HTTPResponse {
        do {
            let response = try await answer(to: request, body: sink)
            guard (200..<300).contains(response.status) else { throw CommandFailure(problem: response) }
            return response
        } catch NetworkError.connectionFailed where folder != nil {
            throw folder.map(CommandFailure.notRunning) ?? CommandFailure.wrapping(CancellationError())
        } catch {
            if let folder, let error = error as? NetworkError, case .tlsFailed = error {
                throw CommandFailure(
                    .unavailable, code: error.code, error.description,
                    hint: "another program may have its port; is the server of \(folder.path) running?")
            }
            throw CommandFailure.wrapping(error)
        }
    }

    /// Asks once, and once more when the server of this machine changed its certificate just now.
    ///
    /// What is trusted was read before the connection was made. Who refused the server's certificate has asked nothing
    /// yet, so that nothing is done twice.
    private func answer(
        to request: HTTPRequest, body sink: (@Sendable ([UInt8]) throws -> Void)?
    ) async throws -> HTTPResponse {
        do {
            return try await client.send(request, body: sink)
        } catch {
            guard case .tlsFailed(_, let diagnosis) = error, Self.refusals.contains(diagnosis.code), let folder,
                let trust = try? ServerOptions.trust(in: folder)
            else { throw error }
            return try await client.trusting(trust).send(request, body: sink)
        }
    }

    /// What says that another certificate is served than the one that was trusted.
    private static let refusals: Set<TLSDiagnosisCode> = [.issuerUnknown, .selfSigned, .nameMismatch, .pathInvalid]

    private func decode<Value: Decodable>(_ body: [UInt8]) throws(CommandFailure) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(body))
        } catch {
            throw CommandFailure(
                .internalError, code: "cli.answer-unreadable", "the server's answer cannot be read",
                hint: "is the server of another version than this program?")
        }
    }

    /// Escapes a path segment or query value.
    static func escape(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
    }
}

/// The parts of a problem document a command tells.
private struct Problem: Decodable {
    let code: String
    let detail: String
    let hint: String?
}

extension CommandFailure {
    /// A refusal of the API.
    init(problem response: HTTPResponse) {
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body))
        let status: ExitStatus =
            switch response.status {
            case 400, 413: .usage
            case 401, 403, 422: .refused
            case 404: .notFound
            case 409, 412: .conflict
            case 503: .unavailable
            default: .internalError
            }
        // The API's own hint is for programs that speak it.
        let isWrongInput = problem?.code == "api.invalid-request"
        self.init(
            status, code: problem?.code ?? "api.no-problem",
            problem?.detail ?? "the server answered with status \(response.status)",
            hint: isWrongInput ? "the command's --help says what it takes" : problem?.hint)
    }

    /// Any error as a failure, keeping code and words of our own ones.
    static func wrapping(_ error: any Error) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: return failure
        case let error as NetworkError:
            let hint: String? =
                switch error {
                case .connectionFailed: "start it with 'sealwright up', or name another with --server"
                case .connectionLost: "look whether it was done before trying again; the server's log may say why"
                case .tlsFailed(_, let diagnosis): remedy(diagnosis)
                default: nil
                }
            return CommandFailure(.unavailable, code: error.code, error.description, hint: hint)
        case let error as ServerError: return CommandFailure(error)
        default: return CommandFailure(.internalError, code: "cli.failed", String(describing: error))
        }
    }

    /// What whoever gave the command can do: the diagnosis speaks to who keeps a program's settings.
    private static func remedy(_ diagnosis: TLSDiagnosis) -> String {
        switch diagnosis.code {
        case .issuerUnknown, .selfSigned:
            "name a PEM file with the root it leads to by --root-file; a Sealwright server has it as trust.pem in its "
                + "data folder"
        case .nameMismatch: "name the server in the URL as its certificate does"
        default: diagnosis.remedy
        }
    }
}
