// Enrol over SCEP: the state machine asks, this program signs, sends and unwraps.

import CryptoProvider
import Foundation
import PKIFormats
import SCEP

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

func fetch(_ query: String) async throws -> [UInt8] {
    // snippet.hide
    let base = CommandLine.arguments.dropFirst().first ?? "http://127.0.0.1:8080/scep/default"
    // snippet.show
    guard let url = URL(string: base + "?" + query) else { throw URLError(.badURL) }
    let (body, _) = try await URLSession.shared.data(from: url)
    return Array(body)
}

let pool = CryptoPool(threads: 1)
let key = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "device"), pool: pool)
let capabilities = CACapabilities(parsing: try await fetch(Operation.getCACaps(caIdentifier: nil).rawQuery))
let authority = try CACertificates(parsing: try await fetch(Operation.getCACert(caIdentifier: nil).rawQuery))
let request = PKCSReq(
    subject: try DistinguishedName(text: "CN=laptop-7"), publicKey: key.publicKey, key: key.keyID,
    challengePassword: CommandLine.arguments.dropFirst(2).first)
let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
var transaction = try ClientTransaction(
    request, authority: authority, settings: try ClientSettings(capabilities: capabilities), at: now)

var action = transaction.start(at: now)
loop: while true {
    switch action {
    case .sign(let task): action = transaction.signed(try await key.sign(task.bytes, algorithm: task.algorithm))
    case .send(let message): action = transaction.received(try await fetch(GETMessage.rawQuery(for: message)))
    case .unwrap(let task):
        action = transaction.keyUnwrapped(
            try await key.unwrap(task.encryptedKey, transport: task.transport, keyLength: task.keyLength))
    case .wait(let seconds):
        try await Task.sleep(for: .seconds(seconds))
        action = transaction.start(at: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
    case .finished(.certificate(let der, _)):
        print(PEM.encode(der, label: "CERTIFICATE"))
        break loop
    case .finished(.crl): break loop
    case .failed(let error): throw error
    }
}
