// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightCore

/// OCSP answers and capability lists per second of the server's processor time.
struct StatusChapter {
    let bed: TestBed
    let count: Int

    private static let connections = 4

    func run(into report: inout Report) async throws {
        let site = try bed.initialize()
        let filler = try await StoreFiller(folder: site.folder)
        let serials = try await filler.enroll(1_000)
        let issuer = try CertificateView(parsing: filler.authority.certificate)
        let name = filler.authority.id.rawValue
        await filler.close()
        let requests = serials.map { serial in
            let key = issuer.subjectPublicKeyInfo.keyBits
            return OCSPRequest(
                certIDs: [.make(issuerName: issuer.subject, issuerKeyBits: key, serialNumber: serial)]
            ).derBytes
        }
        let posts = requests.map { HTTPMessage.post("/ocsp/\(name)", type: "application/ocsp-request", $0) }
        let gets = requests.map { HTTPMessage.get("/ocsp/\(name)/\(Self.pathText(of: $0))") }

        let server = try site.start()
        defer { server.stop() }
        var findings: [Finding] = []
        for (what, messages) in [("POST", posts), ("GET", gets)] {
            let rate = try await rate(server, messages) { body in try Self.check(body, issuer) }
            findings.append(.rate("OCSP, \(what), P-256, signed live", rate, per: "/CPU-s", atLeast: 8_000))
        }
        let capabilities = [HTTPMessage.get("/scep/default?operation=GetCACaps")]
        findings.append(.rate("GetCACaps", try await rate(server, capabilities) { _ in }, per: "/CPU-s"))
        findings.append(
            .note("set-up", "\(count) requests each over \(Self.connections) connections; 1,000 certificates, known"))
        report.add("OCSP and GetCACaps per processor second", findings)
    }

    private func rate(
        _ server: ServerUnderTest, _ messages: [[UInt8]], check: ([UInt8]) throws -> Void
    ) async throws -> Double {
        let load = Load(port: server.port, connections: Self.connections)
        func requests(_ count: Int) -> [[UInt8]] { (0..<count).map { messages[$0 % messages.count] } }
        _ = try await load.send(requests(count / 10))
        let start = try server.processorTime()
        let outcome = try await load.send(requests(count))
        let used = try server.processorTime() - start
        for body in outcome.bodies.prefix(500) { try check(body) }
        return Double(count) / used
    }

    private static func check(_ body: [UInt8], _ issuer: CertificateView) throws {
        let response = try OCSPResponse(parsing: body)
        guard let basic = response.basicResponse, basic.responseData.responses.first?.certStatus == .good else {
            throw BenchmarkError("an OCSP answer says \(response.status)")
        }
        try basic.verify(issuer: issuer, at: basic.responseData.producedAt)
    }

    private static func pathText(of request: [UInt8]) -> String {
        Data(request).base64EncodedString().replacing("+", with: "%2B").replacing("/", with: "%2F")
            .replacing("=", with: "%3D")
    }
}
