// SPDX-License-Identifier: Apache-2.0

import Configuration
import CryptoProvider
import Foundation
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints
import SealwrightNetwork
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("MS-MDE2 over TLS: a Windows device comes under management")
struct WindowsEnrollmentTests {
    @Test func `a password enrols one device, and the document holds all it needs`() async throws {
        let server = try await RunningServer.start()
        let password = try await server.windowsPassword()
        let device = try WindowsDevice(server)
        let outcome = try await device.enroll(password).get()
        #expect(outcome.certificate.subject.rfc4514 == "CN=\(WindowsDevice.deviceID)")
        #expect(outcome.store == .user)
        #expect(
            outcome.document.certificates.map(\.store).sorted { $0.rawValue < $1.rawValue } == [
                .authority, .user, .root,
            ])
        let account = try #require(outcome.document.account)
        #expect(account.address?.text.hasSuffix(":\(server.address.devicePort)/ManagementServer/MDM.svc") == true)
        #expect(Set(account.authentication.map(\.secret)).count == 2)
        #expect(outcome.document.renew?.renewPeriod == 42 && outcome.document.dmClient?.upn == "ada")

        let openssl = try OpenSSL()
        for (name, store) in [("root", ProvisionedCertificate.Store.root), ("ca", .authority), ("leaf", .user)] {
            let found = try #require(outcome.document.certificates.first { $0.store == store })
            try openssl.write(Array(PEM.encode(found.encoded, label: "CERTIFICATE").utf8), to: name)
        }
        let verdict = try openssl.run(
            "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "root", "-untrusted", "ca", "leaf")
        #expect(verdict.status == 0, "\(verdict.output)")

        // The answer was lost: the same request again gets the same certificate.
        #expect(try await device.enroll(password).get().certificate == outcome.certificate)
        let second = try await WindowsDevice(server, id: "FEDCBA9876543210FEDCBA9876543210").enroll(password)
        #expect(throws: MDEError.self) { try second.get() }
        await server.stop()
    }

    @Test func `a wrong password is one fault, whoever asks`() async throws {
        let server = try await RunningServer.shared.value
        guard case .failure(let error) = try await WindowsDevice(server).enroll("not the password") else {
            Issue.record("it enrolled")
            return
        }
        #expect("\(error)".contains("The user name or the password is not right."), "\(error)")
        let trail = try await server.secure("GET", "/api/v1/audit?limit=20")
        #expect(String(decoding: trail.body, as: UTF8.self).contains("windows.refused"))
        #expect(!String(decoding: trail.body, as: UTF8.self).contains("not the password"))
    }

    @Test func `a device renews with its certificate, and only while it may`() async throws {
        // Renewals are let in from half of the life on; notBefore lies five minutes back.
        let server = try await RunningServer.start(settings: ["certificate.validity": .string("4m")])
        let device = try WindowsDevice(server)
        let outcome = try await device.enroll(try await server.windowsPassword()).get()
        let next = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "next"), pool: server.middle.pool)
        let issuing = try #require(server.middle.registry.issuing()).certificate
        let identity = try ServedIdentity(chain: [outcome.certificate, issuing], key: device.key)

        let without = try await device.renew(outcome.certificate, showing: nil, new: next)
        #expect(throws: MDEError.self, "the connection must show the certificate") { try without.get() }
        let renewed = try await device.renew(outcome.certificate, showing: identity, new: next).get()
        #expect(renewed.certificate.subject == outcome.certificate.subject)
        #expect(renewed.certificate.publicKey == next.publicKey)
        let known = try await server.secure("GET", "/api/v1/devices")
        let devices = known.json["items"] as? [[String: Any]] ?? []
        #expect(devices.count == 1, "one device, however many certificates")

        let id = try #require(devices.first?["id"] as? String)
        _ = try await server.secure("POST", "/api/v1/devices/\(id)/block", json: "{}")
        let other = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "other"), pool: server.middle.pool)
        let blocked = try await device.renew(outcome.certificate, showing: identity, new: other)
        #expect(throws: MDEError.self) { try blocked.get() }
        await server.stop()
    }

    @Test func `a renewal that says nothing of how the device enrolled goes where the device looks`() async throws {
        let server = try await RunningServer.start(settings: ["certificate.validity": .string("4m")])
        var device = try WindowsDevice(server)
        device.enrollmentType = "Device"
        let outcome = try await device.enroll(try await server.windowsPassword()).get()
        #expect(outcome.store == .system)
        let next = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "next"), pool: server.middle.pool)
        let issuing = try #require(server.middle.registry.issuing()).certificate
        let identity = try ServedIdentity(chain: [outcome.certificate, issuing], key: device.key)
        // The context of the renewal on Microsoft's page.
        let context = AdditionalContext([
            ContextItem(.deviceType, "WindowsPhone"), ContextItem(.applicationVersion, "5.0.7616.0"),
        ])
        let renewed = try await device.renew(outcome.certificate, showing: identity, new: next, context: context).get()
        #expect(renewed.store == .system)
        await server.stop()
    }

    @Test(arguments: MDEFault.allCases)
    func `every fault is explained with the number Windows shows`(fault: MDEFault) throws {
        let entry = try #require(ErrorCatalog.entry(fault.code))
        #expect(entry.title.hasSuffix("(0x" + String(fault.hresult, radix: 16, uppercase: true) + ")"))
    }

    @Test func `what is no enrolment message is refused in words`() async throws {
        let server = try await RunningServer.shared.value
        let path = "/EnrollmentServer/Enrollment.svc"
        let soap = [("Content-Type", MDEService.mediaType)]
        #expect(try await server.secure("GET", "/EnrollmentServer/Discovery.svc").status == 200)
        let other = try await server.secure("POST", path, json: "{}", fields: [("Content-Type", "application/json")])
        #expect(other.status == 400 && String(decoding: other.body, as: UTF8.self).hasPrefix("windows.media-type"))
        // Some clients name no type.
        #expect(try await server.secure("POST", path, json: "{}").status == 500)
        for body in ["", "<a", "<!DOCTYPE a><a/>", String(repeating: "<a>", count: 5_000)] {
            let answer = try await server.secure("POST", path, json: body, fields: soap)
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(answer.status == 500 && text.contains("MessageFormat"), "\(body.prefix(20)) \(text)")
        }
        let large = String(repeating: "x", count: 300_000)
        #expect(try await server.secure("POST", path, json: large, fields: soap).status == 413)
    }
}
