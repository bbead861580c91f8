// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import Testing

@Suite("RFC 8894 section 3.2.1: the values of attributes")
struct AttributeTests {
    @Test(arguments: FailInfo.allCases)
    func `every failInfo survives a round trip`(value: FailInfo) throws {
        #expect(try FailInfo(parsing: value.serialize()) == value)
    }

    @Test(arguments: ["", "5", "02", "badAlg"])
    func `an undefined failInfo is refused`(text: String) {
        #expect(throws: SCEPError.self) { try FailInfo(parsing: text) }
    }

    @Test(arguments: PKIStatus.allCases)
    func `every pkiStatus survives a round trip`(value: PKIStatus) throws {
        #expect(try PKIStatus(parsing: value.serialize()) == value)
    }

    @Test(arguments: ["", "1", "4", "SUCCESS", "00"])
    func `an undefined pkiStatus is refused`(text: String) {
        #expect(throws: SCEPError.self) { try PKIStatus(parsing: text) }
    }

    @Test(arguments: [
        (3, "CertRep"), (17, "RenewalReq"), (18, "UpdateReq"), (19, "PKCSReq"), (20, "CertPoll"),
        (21, "GetCert"), (22, "GetCRL"), (99, "99"),
    ])
    func `messageTypes are numbers with names, unknown ones kept`(number: Int, name: String) throws {
        let type = try MessageType(parsing: String(number))
        #expect(type.rawValue == number)
        #expect(type.name == name)
        #expect(type.serialize() == String(number))
    }

    @Test(arguments: ["", "-1", "+19", "19a", "99999", "1 9"])
    func `a messageType that is no small number is refused`(text: String) {
        #expect(throws: SCEPError.self) { try MessageType(parsing: text) }
    }

    @Test func `a transactionID has 1 to 512 octets`() throws {
        #expect(throws: SCEPError.self) { try TransactionID("") }
        #expect(throws: SCEPError.self) { try TransactionID(String(repeating: "x", count: 513)) }
        #expect(try TransactionID(String(repeating: "x", count: 512)).octets.count == 512)
    }

    @Test func `the transactionID of a first request is derived from the key, that of a renewal random`() throws {
        let lab = try Lab.shared.get()
        let key = SubjectPublicKeyInfo(lab.deviceKey.publicKey)
        #expect(TransactionID(of: key) == TransactionID(of: key))
        #expect(TransactionID(of: key).text == Hex.encode(key.digest).uppercased())
        #expect(TransactionID(of: key).octets.count == 64)
        #expect(TransactionID.random() != TransactionID.random())
    }

    @Test func `a nonce has 1 to 64 octets, a fresh one 16`() throws {
        #expect(throws: SCEPError.self) { try Nonce(octets: []) }
        #expect(throws: SCEPError.self) { try Nonce(octets: [UInt8](repeating: 0, count: 65)) }
        #expect(try Nonce(octets: [UInt8](repeating: 0, count: 64)).octets.count == 64)
        #expect(Nonce.fresh().octets.count == 16)
        #expect(Nonce.fresh() != Nonce.fresh())
    }

    @Test(arguments: ["19", "19\0", " 19 ", "\0 19\0\0"], TransactionID.StringType.allCases)
    func `text attributes are read from any string type, NUL and space around them trimmed`(
        text: String, type: TransactionID.StringType
    ) throws {
        let tags: [TransactionID.StringType: ASN1Tag] = [
            .printableString: .printableString, .utf8String: .utf8String, .ia5String: .ia5String,
            .teletexString: .teletexString, .visibleString: .visibleString,
        ]
        var writer = DERWriter()
        writer.primitive(try #require(tags[type]), Array(text.utf8))
        let attributes = SCEPAttributes([Attribute(type: .scepMessageType, values: [writer.bytes])])
        #expect(try attributes.messageType() == .pkcsReq)
    }

    @Test func `IssuerAndSubject survives a round trip, and nothing may follow it`() throws {
        let names = IssuerAndSubject(
            issuer: try DistinguishedName(rfc4514: "CN=ca"), subject: try DistinguishedName(rfc4514: "CN=me,O=x"))
        #expect(try IssuerAndSubject(parsing: names.derBytes) == names)
        #expect(throws: FormatError.self) { try IssuerAndSubject(parsing: names.derBytes + [0]) }
        #expect(throws: FormatError.self) { try IssuerAndSubject(parsing: [0x30, 0]) }
    }

    @Test func `every error has its own code and a sentence`() {
        let errors: [SCEPError] = [
            .unreadable(.truncated(at: 0)), .signerCount(2), .missing("x"), .repeated("x"),
            .malformed("x", reason: "y"), .messageTooLarge(limit: 1), .unknownOperation("x"), .unknownMessageType("9"),
            .signerCertificateMissing, .signatureInvalid, .algorithmNotAllowed("md5"), .signerKeyCannotDecrypt("EC"),
            .contentMissing("PKCSReq"), .messageCheckFailed("x"), .nonceMismatch, .transactionMismatch, .unknownSigner,
            .refused(.badAlg, text: nil), .noCertificateForKey, .noCRL, .stillPending(polls: 3),
            .noCommonAlgorithm("cipher"), .noRecipientCertificate, .fingerprintMismatch(expected: "00"),
            .outOfOrder("a reply"), .cryptography(.overloaded),
        ]
        #expect(Set(errors.map(\.code)).count == errors.count)
        for error in errors {
            #expect(error.code.hasPrefix("scep."))
            #expect(!error.description.isEmpty)
        }
    }
}
