// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@Suite("RFC 5280 section 5.3.1: revoking and releasing")
struct RevocationServiceTests {
    private static let reasons = CRLReason.allCases.filter { $0 != .removeFromCRL }

    @Test(arguments: reasons)
    func `every reason is kept and told`(reason: CRLReason) async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let day = ca.clock.now.adding(seconds: -86_400)
        let revoked = try await ca.revocationService().revoke(
            device.serial, reason: reason, invalidityDate: day, actor: "operator:test")
        #expect(revoked.revocation == Revocation(at: ca.clock.now, reason: reason, invalidityDate: day))
        let event = try #require(await ca.store.events.last { $0.action == "certificate.revoked" })
        #expect(event.object == device.serial.hex && event.actor == "operator:test")
        #expect(event.details["reason"] == reason.name && event.details["invalidityDate"] == day.iso8601)
    }

    @Test func `a second revocation is refused with what is known`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let service = ca.revocationService()
        let first = try await service.revoke(device.serial, reason: .superseded, actor: "test")
        await #expect(throws: RevocationError.alreadyRevoked(try #require(first.revocation))) {
            try await service.revoke(device.serial, reason: .keyCompromise, actor: "test")
        }
    }

    @Test func `a hold can be released or made final`() async throws {
        let ca = try await CAFixture.ready()
        let service = ca.revocationService()
        let first = try await ca.issue("first")
        _ = try await service.revoke(first.serial, reason: .certificateHold, actor: "test")
        let released = try await service.release(first.serial, actor: "test")
        #expect(released.revocation == nil)
        await #expect(throws: RevocationError.notOnHold) { try await service.release(first.serial, actor: "test") }
        let second = try await ca.issue("second")
        let hold = try await service.revoke(second.serial, reason: .certificateHold, actor: "test")
        ca.clock.advance(by: 3600)
        let final = try await service.revoke(second.serial, reason: .keyCompromise, actor: "test")
        #expect(final.revocation?.reason == .keyCompromise)
        #expect(final.revocation?.at == hold.revocation?.at, "it was not to be trusted in between either")
        await #expect(throws: RevocationError.notOnHold) { try await service.release(second.serial, actor: "test") }
    }

    @Test func `an authority that was revoked while the store failed is known as revoked once it works`() async throws {
        let ca = try await CAFixture.ready()
        let issuing = try ca.issuing
        let event = AuditEvent(action: "certificate.revoked", at: ca.clock.now, actor: "test", object: "issuing")
        _ = try await ca.store.revoke(
            serial: issuing.certificate.serialNumber, Revocation(at: ca.clock.now, reason: .cACompromise), event: event)
        await ca.store.fail(with: .unavailable("busy"))
        ca.registry.revocationChanged(in: try ca.root.id, isUrgent: true)
        for _ in 0..<250 {
            if await ca.store.failures > 0 { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(await ca.store.failures > 0)
        #expect(try ca.issuing.revocation == nil, "nothing could be read")
        await ca.store.fail(with: nil)
        try await ca.eventually { try ca.issuing.revocation != nil }
    }

    @Test func `the server's own certificates need insistence`() async throws {
        let ca = try await CAFixture.ready()
        let own = try await ca.issue("own", owner: .own)
        let service = ca.revocationService()
        await #expect(throws: RevocationError.ownCertificate(profile: "device")) {
            try await service.revoke(own.serial, actor: "test")
        }
        #expect(try await service.revoke(own.serial, actor: "test", force: true).revocation != nil)
    }

    @Test func `unknown serials, removeFromCRL and a date in the future are refused`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        let service = ca.revocationService()
        let unknown = SerialNumber.random()
        await #expect(throws: RevocationError.notFound(unknown)) { try await service.revoke(unknown, actor: "test") }
        await #expect(throws: RevocationError.notFound(unknown)) { try await service.release(unknown, actor: "test") }
        await #expect(throws: RevocationError.reasonNotAllowed(.removeFromCRL)) {
            try await service.revoke(device.serial, reason: .removeFromCRL, actor: "test")
        }
        let tomorrow = ca.clock.now.adding(seconds: 86_400)
        await #expect(throws: RevocationError.invalidityDateInFuture(tomorrow)) {
            try await service.revoke(device.serial, invalidityDate: tomorrow, actor: "test")
        }
        #expect(try await ca.store.credential(serial: device.serial)?.revocation == nil)
    }

    @Test func `a store that cannot write changes nothing and says so`() async throws {
        let ca = try await CAFixture.ready()
        let device = try await ca.issue("laptop")
        await ca.store.fail(with: .unavailable("disk full"))
        await #expect(throws: RevocationError.store(.unavailable("disk full"))) {
            try await ca.revocationService().revoke(device.serial, actor: "test")
        }
    }
}
