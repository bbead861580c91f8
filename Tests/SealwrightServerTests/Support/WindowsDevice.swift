// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightNetwork
import Testing

@testable import SealwrightServer

/// A device with a key of its own.
struct WindowsDevice {
    static let deviceID = "0123456789ABCDEF0123456789ABCDEF"

    let server: RunningServer
    let key: SoftwareKey
    let id: String
    /// How it enrols: `Full` for a user, `Device` for itself.
    var enrollmentType = "Full"

    init(_ server: RunningServer, id: String = deviceID) throws {
        self.server = server
        self.id = id
        key = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "windows"), pool: server.middle.pool)
    }

    func settings(_ password: String?, key: SoftwareKey? = nil) throws -> ClientEnrollmentSettings {
        let key = key ?? self.key
        return ClientEnrollmentSettings(
            emailAddress: "ada@example.org", deviceID: try MDEDeviceID(parsing: id), publicKey: key.publicKey,
            signatureAlgorithm: key.defaultSignatureAlgorithm,
            usernameToken: password.map { UsernameToken(username: "ada", password: $0) },
            context: AdditionalContext([
                ContextItem(.deviceName, "desk 7"), ContextItem(.enrollmentType, enrollmentType),
            ]))
    }

    /// Enrols with a password, or without one by signing in on a page: `signIn` gets its address and gives `wresult`.
    func enroll(
        _ password: String?, signIn: (String) async throws -> String = { _ in throw CancellationError() }
    ) async throws -> Result<ClientEnrollmentOutcome, MDEError> {
        let origin = "https://127.0.0.1:\(server.address.httpsPort)"
        var client = ClientEnrollment(
            try settings(password),
            discovery: try ServiceURL(parsing: origin + MDEService.discovery.path))
        return try await run(&client, current: nil, new: key, signIn)
    }

    /// Renews; with a context of its own where one is given.
    func renew(
        _ certificate: CertificateView, showing identity: ServedIdentity?, new: SoftwareKey,
        context: AdditionalContext? = nil
    ) async throws -> Result<ClientEnrollmentOutcome, MDEError> {
        var settings = try settings("", key: new)
        if let context { settings.context = context }
        let url = "https://127.0.0.1:\(server.address.devicePort)" + MDEService.enrollment.path
        var client = ClientEnrollment(
            ClientRenewal(
                enrollmentServiceURL: try ServiceURL(parsing: url), certificate: certificate,
                certificateAlgorithm: key.defaultSignatureAlgorithm, settings: settings))
        return try await run(&client, current: identity, new: new) { _ in throw CancellationError() }
    }

    private func run(
        _ client: inout ClientEnrollment, current: ServedIdentity?, new: SoftwareKey,
        _ signIn: (String) async throws -> String
    ) async throws -> Result<ClientEnrollmentOutcome, MDEError> {
        var action = client.start()
        for _ in 0..<12 {
            switch action {
            case .get(let url):
                let answer = try await exchange("GET", url, nil, [], current)
                action = client.responded(status: answer.status, body: answer.body)
            case .post(let message):
                let answer = try await exchange("POST", message.url, message.mediaType, message.body, current)
                #expect(answer.field("Content-Length") == "\(answer.body.count)", "never chunked")
                action = client.responded(status: answer.status, body: answer.body)
            case .sign(let task):
                let signer: SoftwareKey = if case .current = task.key { key } else { new }
                action = client.signed(try signer.signSynchronously(task.bytes, algorithm: task.algorithm))
            case .signIn(let address): action = client.signedIn(try await signIn(address))
            case .finished(let outcome): return .success(outcome)
            case .failed(let error): return .failure(error)
            }
        }
        throw CancellationError()
    }

    private func exchange(
        _ method: String, _ url: ServiceURL, _ type: String?, _ body: [UInt8], _ identity: ServedIdentity?
    ) async throws -> HTTPResponse {
        let roots = server.middle.registry.all.filter { $0.authority.kind == .root }.map(\.certificate)
        var tls = TLSClientSettings.trusting(roots)
        tls.identity = identity
        return try await HTTPClient(tls: tls).send(
            HTTPRequest(
                method: method, url: try HTTPURL(url.text), fields: type.map { [("Content-Type", $0)] } ?? [],
                body: body))
    }
}

extension RunningServer {
    /// A password for one enrolment.
    func windowsPassword() async throws -> String {
        let made = try await secure(
            "POST", "/api/v1/challenges", json: #"{"endpoint":"windows-mdm"}"#)
        #expect((made.json["url"] as? String)?.hasSuffix("/EnrollmentServer/Discovery.svc") == true)
        return try #require(made.json["challenge"] as? String)
    }
}
