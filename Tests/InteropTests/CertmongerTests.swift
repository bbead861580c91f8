// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting
import Testing

extension InteropTests {
    @Suite(
        "certmonger: the daemon in session mode",
        .needs("certmonger", "getcert", "dbus-daemon", "openssl", "curl"))
    struct CertmongerTests {
        @Test func `it enrols, renews with its key, and renews with a new key`() async throws {
            try await Lab.run { lab in
                try await lab.fetchAuthorities()
                try await CertmongerSession.run(in: lab) { session in
                    try await session.addAuthority("lab", url: lab.url())
                    try await session.request("device", from: "lab", challenge: lab.challenge())
                    try await session.waitUntilMonitored("device")
                    #expect(try await lab.fault(in: "device.pem") == "")
                    var serials = [try await lab.serial("device.pem")]
                    for renewal in ["resubmit", "rekey"] {
                        try await session.getcert(renewal, "-i", "device", "-w", "--wait-timeout", "120")
                        try await session.waitUntilMonitored("device")
                        #expect(try await lab.fault(in: "device.pem") == "")
                        #expect(try await lab.certificate("device.pem", belongsTo: "device.key"))
                        serials.append(try await lab.serial("device.pem"))
                    }
                    #expect(Set(serials).count == 3)
                }
            }
        }

        @Test func `it polls until an administrator approves`() async throws {
            try await Lab.run(settings: "scep: { manual: { approval: always } }\n") { lab in
                try await lab.fetchAuthorities()
                try await CertmongerSession.run(in: lab) { session in
                    try await session.addAuthority("manual", url: lab.url("manual"))
                    try await session.request("waiting", from: "manual", challenge: lab.challenge("manual"))
                    try await lab.approveWaitingEnrollment()
                    try await session.waitUntilMonitored("waiting", refreshing: true)
                    #expect(try await lab.fault(in: "waiting.pem") == "")
                }
            }
        }

        @Test func `a wrong challenge is refused`() async throws {
            try await Lab.run { lab in
                try await CertmongerSession.run(in: lab) { session in
                    try await session.addAuthority("lab", url: lab.url())
                    try await session.request("wrong", from: "lab", challenge: "nonsense")
                    #expect(try await session.lab.eventually { try await session.status("wrong") == "CA_REJECTED" })
                    #expect(try await lab.auditTrail(has: "enrollment.challenge-unknown"))
                }
            }
        }
    }
}
