// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import Foundation
import PKIFormats
import SealwrightCore
import SealwrightTesting
import Testing

@testable import SealwrightServer

@Suite("Webhooks: the body that step-ca's receivers read")
struct WebhookQuestionTests {
    @Test(
        arguments: [
            (#"{"allow":true,"data":{"x":1}}"#, true), (#"{"allow":false,"error":{"message":"no"}}"#, false),
            (#"{"allow":false,"allow":true}"#, nil), (#"{"allow":true,}"#, nil), (#"{"allow":"true"}"#, nil), ("", nil),
        ] as [(String, Bool?)])
    func `an answer that says yes and no is none`(_ text: String, _ isAllowed: Bool?) {
        #expect(WebhookAuthorizer.Verdict.reading(Array(text.utf8))?.allow == isAllowed)
    }

    @Test func `subject, names and key stand where step-ca puts them`() throws {
        var device = try TestDevice("CN=laptop-7,OU=Field,O=Example,C=DE")
        device.ask(for: ["DNS:laptop-7.example.com", "IP:192.0.2.1", "email:a@example.com", "URI:https://example.com/"])
        device.challenge = Secret("open sesame, please")
        let request = try device.request()
        let body = try JSONEncoder().encode(WebhookQuestion(request))
        let told = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        #expect(told["scepChallenge"] as? String == "open sesame, please")
        #expect(told["provisionerName"] as? String == "default")
        let asked = try #require(told["x509CertificateRequest"] as? [String: Any])
        let subject = try #require(asked["subject"] as? [String: Any])
        #expect(subject["commonName"] as? String == "laptop-7")
        #expect(subject["organization"] as? [String] == ["Example"])
        #expect(subject["organizationalUnit"] as? [String] == ["Field"])
        #expect(subject["country"] as? [String] == ["DE"])
        #expect(subject["locality"] == nil)
        #expect(asked["dnsNames"] as? [String] == ["laptop-7.example.com"])
        #expect(asked["ipAddresses"] as? [String] == ["192.0.2.1"])
        #expect(asked["emailAddresses"] as? [String] == ["a@example.com"])
        #expect(asked["uris"] as? [String] == ["https://example.com/"])
        #expect(asked["publicKeyAlgorithm"] as? String == "ECDSA")
        let raw = try #require((asked["raw"] as? String).flatMap { Data(base64Encoded: $0) })
        #expect(Array(raw) == request.certificationRequest.request.encoded)
    }
}
