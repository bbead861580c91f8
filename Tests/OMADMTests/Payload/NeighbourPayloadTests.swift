// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats
import Testing

@Suite("DMClient, CertificateStore and RootCATrustedCertificates CSP: payloads")
struct NeighbourPayloadTests {
    private let provider = "./Device/Vendor/MSFT/DMClient/Provider/Sealwright/"

    // MARK: Trust

    @Test func `a trusted root is added under its thumbprint, and its presence is no failure`() {
        let octets: [UInt8] = Array(0..<200)
        let payload = TrustedRootPayload(.root, encoded: octets)
        let thumbprint = Hex.encode(DigestAlgorithm.sha1.hash(octets)).uppercased()
        let node = "./Device/Vendor/MSFT/RootCATrustedCertificates/Root/\(thumbprint)/EncodedCertificate"
        #expect(payload.commands.flatMap(\.shown) == ["Add \(node) b64 \(Base64.encode(octets))"])
        #expect(payload.batch(id: "r").toleratedCodes == [.alreadyExists])
        let query = payload.query(id: "q")
        #expect(payload.isInstalled(Payloads.outcome(query, ["EncodedCertificate": Base64.encode(octets)])))
        #expect(!payload.isInstalled(Payloads.outcome(query, ["EncodedCertificate": "AAAA"])))
        #expect(!payload.isInstalled(Payloads.outcome(query, [:])))
        #expect(PayloadLint.findings(in: payload.batch(id: "r")).isEmpty)
    }

    // MARK: Poll

    @Test func `the standard schedule is five, eight and then every eight hours`() throws {
        let commands = try PollSchedule.standard.commands(providerID: "Sealwright").flatMap(\.shown)
        #expect(
            commands == [
                "Replace \(provider)Poll/IntervalForFirstSetOfRetries int 3",
                "Replace \(provider)Poll/NumberOfFirstRetries int 5",
                "Replace \(provider)Poll/IntervalForSecondSetOfRetries int 15",
                "Replace \(provider)Poll/NumberOfSecondRetries int 8",
                "Replace \(provider)Poll/IntervalForRemainingScheduledRetries int 480",
                "Replace \(provider)Poll/NumberOfRemainingScheduledRetries int 0",
                "Replace \(provider)Poll/PollOnLogin bool true",
                "Replace \(provider)Poll/AllUsersPollOnFirstLogin bool false",
            ])
        #expect(PollSchedule.withPush.remaining.interval > 1440)
        for schedule in [PollSchedule.standard, .withPush, .hourly, .every(minutes: 240), .every(minutes: -1)] {
            #expect(schedule.corrected == schedule)
            #expect(!schedule.isSilentInTheEnd)
        }
    }

    @Test func `a schedule that devices correct is refused and shown as they correct it`() {
        let behindEnd = PollSchedule(
            first: .init(number: 0, interval: 5), second: .init(number: 3, interval: 15),
            remaining: .init(number: 0, interval: 60))
        #expect(throws: OMADMError.self) { try behindEnd.commands(providerID: "x") }
        #expect(behindEnd.corrected.second == .off)
        #expect(behindEnd.corrected.remaining == .off)
        let negative = PollSchedule(first: .init(number: -1, interval: 5), second: .off, remaining: .off)
        #expect(throws: OMADMError.self) { try negative.commands(providerID: "x") }
        #expect(negative.corrected.first == .off)
        let ending = PollSchedule(first: .init(number: 5, interval: 5), second: .off, remaining: .off)
        #expect(ending.isSilentInTheEnd)
    }

    @Test func `a PROVIDER-ID is encoded in addresses`() throws {
        let commands = try PollSchedule.standard.commands(providerID: "MS DM Server").flatMap(\.shown)
        #expect(commands.first?.contains("/Provider/MS%20DM%20Server/Poll/") == true)
    }

    // MARK: Renewal and end

    @Test func `renewal settings are one Atomic, the period before the interval`() throws {
        let settings = try RenewSettings(roboSupport: true, renewPeriod: 60, retryInterval: 4)
        let root = "./Device/Vendor/MSFT/CertificateStore/MY/WSTEP/Renew/"
        let commands = settings.commands(serverURL: "https://mdm.example.com/EnrollmentServer/Discovery.svc")
        #expect(
            commands.flatMap(\.shown) == [
                "Atomic(", "Replace \(root)RenewPeriod int 60", "Replace \(root)RetryInterval int 4",
                "Replace \(root)ServerURL chr https://mdm.example.com/EnrollmentServer/Discovery.svc",
                "Replace \(root)ROBOSupport bool true", ")",
            ])
        #expect(settings.commands().flatMap(\.shown).count == 5)
        #expect(PayloadLint.findings(in: commands).isEmpty)
    }

    @Test func `unenrolment is an Exec with the PROVIDER-ID`() {
        #expect(
            UnenrollPayload(providerID: "Sealwright").commands.flatMap(\.shown) == [
                "Exec \(provider)Unenroll chr Sealwright"
            ])
        #expect(
            UnenrollPayload(providerID: "Sealwright", isLegacy: true).commands.flatMap(\.shown) == [
                "Exec ./Vendor/MSFT/DMClient/Unenroll chr Sealwright"
            ])
    }

    // MARK: The first session

    @Test func `the first session asks, sets and asks for the push channel`() throws {
        let script = FirstSession(providerID: "Sealwright", entDMID: "device-1", pfn: "Example_1")
        let questions = script.questions(id: "1")
        #expect(questions.commands.count == 6)
        let outcome = Payloads.outcome(
            questions, ["SwV": "10.0.22631.1", "OSPlatform": "Windows 11", "MaxSyncApplicationVersion": "3.0"])
        #expect(outcome.isSuccess)
        let details = DeviceDetails(outcome, providerID: "Sealwright")
        #expect(details.softwareVersion == "10.0.22631.1")
        #expect(details.osPlatform == "Windows 11")
        #expect(details.deviceName == nil)
        let settings = try script.settings(id: "2", offered: details).commands.flatMap(\.shown)
        #expect(settings.first == "Replace \(provider)EntDMID chr device-1")
        #expect(settings.contains("Replace \(provider)SyncApplicationVersion chr 2.0"))
        #expect(settings.contains("Replace \(provider)EnableOmaDmKeepAliveMessage bool true"))
        #expect(settings.last == "Replace \(provider)Push/PFN chr Example_1")
        #expect(settings.count == 12)
        let push = script.pushQuery(id: "3").commands.flatMap(\.shown)
        #expect(push == ["Get \(provider)Push/ChannelURI", "Get \(provider)Push/Status"])
    }

    @Test(arguments: ["1.0", "x", ""])
    func `version 2.0 is set only when it is offered`(version: String) throws {
        let script = FirstSession(providerID: "Sealwright", entDMID: "device-1", poll: nil)
        let outcome = Payloads.outcome(script.questions(id: "1"), ["MaxSyncApplicationVersion": version])
        for offered in [DeviceDetails(outcome, providerID: "Sealwright"), nil] {
            let settings = try script.settings(id: "2", offered: offered).commands.flatMap(\.shown)
            #expect(settings.count == 2)
        }
    }
}
