// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP
import SealwrightCommandLine
import SealwrightNetwork

/// The HTTP side of a SCEP client.
///
/// Source: RFC 8894, section 4.
struct SCEPConnection: Sendable {
    let url: HTTPURL
    let client: HTTPClient
    let caIdentifier: String?

    /// GetCACaps.
    ///
    /// A server that does not know the operation has no capabilities, as RFC 8894 section 3.5.2 says. One that is busy
    /// or leads elsewhere has said nothing of them: to take it for an old one would be to advise weak algorithms.
    func capabilities() async throws(CommandFailure) -> CACapabilities {
        let response = try await get(.getCACaps(caIdentifier: caIdentifier))
        guard !Self.silentStatuses.contains(response.status) else { throw refused("GetCACaps", response) }
        return CACapabilities(parsing: response.status == 200 ? response.body : [])
    }

    /// Statuses of a server, or of a proxy before it, that say nothing about what the server can do.
    private static let silentStatuses: Set<Int> = [301, 302, 303, 307, 308, 401, 403, 407, 429, 502, 503, 504]

    /// GetCACaps for people, who want to know what the server said.
    func statedCapabilities() async throws(CommandFailure) -> CACapabilities {
        let response = try await get(.getCACaps(caIdentifier: caIdentifier))
        guard response.status == 200 else { throw refused("GetCACaps", response) }
        return CACapabilities(parsing: response.body)
    }

    /// GetCACert; with something to hold it against, only what that vouches for.
    func certificates(trusting trust: SCEPTrust?) async throws(CommandFailure) -> CACertificates {
        let response = try await get(.getCACert(caIdentifier: caIdentifier))
        guard response.status == 200 else { throw refused("GetCACert", response) }
        do {
            let found = try CACertificates(parsing: response.body)
            guard let trust else { return found }
            let vouched = try trust.vouched(among: found)
            let strangers = found.certificates.count - vouched.certificates.count
            if strangers > 0 {
                Terminal.error("note: \(strangers) of the server's certificates are left out: the CA did not sign them")
            }
            return vouched
        } catch {
            throw CommandFailure(scep: error, answering: "GetCACert")
        }
    }

    /// GetNextCACert.
    func nextCertificates(trusting present: CACertificates) async throws(CommandFailure) -> CACertificates {
        let response = try await get(.getNextCACert(caIdentifier: caIdentifier))
        guard response.status == 200 else { throw refused("GetNextCACert", response) }
        do {
            return try GetNextCACert.read(response.body, trusting: present)
        } catch {
            throw CommandFailure(scep: error, answering: "GetNextCACert")
        }
    }

    /// PKIOperation, by POST when the server can.
    func send(_ message: [UInt8], usesPost: Bool) async throws(CommandFailure) -> [UInt8] {
        let response: HTTPResponse
        if usesPost {
            response = try await exchange(
                HTTPRequest(
                    method: "POST", url: url.with(path: url.path, query: Operation.pkiOperation.rawQuery),
                    fields: [("Content-Type", MediaType.pkiMessage)], body: message))
        } else {
            let query = GETMessage.rawQuery(for: message)
            response = try await exchange(HTTPRequest(url: url.with(path: url.path, query: query)))
        }
        guard response.status == 200 else { throw refused("PKIOperation", response) }
        return response.body
    }

    private func get(_ operation: Operation) async throws(CommandFailure) -> HTTPResponse {
        try await exchange(HTTPRequest(url: url.with(path: url.path, query: operation.rawQuery)))
    }

    private func exchange(_ request: HTTPRequest) async throws(CommandFailure) -> HTTPResponse {
        do {
            return try await client.send(request)
        } catch {
            guard case .connectionFailed = error else { throw CommandFailure.wrapping(error) }
            throw CommandFailure(
                .unavailable, code: error.code, error.description,
                hint: "look at the URL; a server of yours is started with 'sealwright up'")
        }
    }

    private func refused(_ operation: String, _ response: HTTPResponse) -> CommandFailure {
        let lines = String(decoding: response.body.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline)
        var text = lines.joined(separator: " ")
        if (300..<400).contains(response.status) {
            let place = response.fields.first { $0.name.lowercased() == "location" }?.value
            text = "redirects are not followed\(place.map { ", this one leads to \($0)" } ?? "")"
        }
        if text.isEmpty { text = "without a word" }
        let status: ExitStatus = response.status == 404 ? .notFound : response.status == 503 ? .unavailable : .refused
        return CommandFailure(
            status, code: "scep.http-status",
            "the server answered \(operation) with HTTP \(response.status): \(Table.printable(text))")
    }
}

extension CommandFailure {
    /// A SCEP error, with the exit status it deserves, and the operation whose answer it is about.
    ///
    /// The server's own words may be in it, so they are made harmless.
    init(scep error: SCEPError, answering operation: String? = nil) {
        let sentence = Table.printable(String(error.description.prefix(1024)))
        var hint: String?
        if case .noCommonAlgorithm = error {
            hint = "--allow-legacy speaks to servers that offer nothing better than SHA-1 and triple DES"
        }
        self.init(.refused, code: error.code, (operation.map { "\($0): " } ?? "") + sentence, hint: hint)
    }
}
