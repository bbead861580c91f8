// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// What a server of TLS 1.3 says behind its hello, up to its certificate: whether that comes with an OCSP response.
///
/// Source: RFC 8446, sections 4.4.2 and 5.
struct EncryptedFlight: ReceivedFlight {
    /// The hello to send, with a half of an agreement for each group that it names.
    let hello: [UInt8]
    private let keys: [NamedGroup: AgreementKey]
    private var secrets: HandshakeSecrets?
    private var records = TLSRecordCutter(limit: TLSRecordCutter.limitOfTLS13)
    private var messages = HandshakeMessageCutter()
    /// How many encrypted records were opened.
    private var opened: UInt64 = 0
    /// Whether the certificate came with an OCSP response; `nil` before it came.
    private(set) var hasStapledStatus: Bool?
    private(set) var isComplete = false

    init(serverName: String?, applicationProtocols: [String]) {
        let (x25519, p256) = (AgreementKey(.x25519), AgreementKey(.p256))
        keys = [.x25519: x25519, .secp256r1: p256]
        var hello = ClientHello(
            versions: [.tls13], suites: HandshakeSecrets.suites, serverName: serverName,
            applicationProtocols: applicationProtocols)
        hello.groups = [.x25519, .secp256r1]
        hello.keyShares = [
            ClientHello.KeyShare(group: .x25519, octets: x25519.publicOctets),
            ClientHello.KeyShare(group: .secp256r1, octets: p256.publicOctets),
        ]
        self.hello = hello.record
    }

    mutating func receive(_ octets: some Collection<UInt8>) {
        guard !isComplete else { return }
        records.append(octets)
        while !isComplete, let cut = records.next() {
            switch cut {
            case .record(let record): take(record)
            case .noRecord: isComplete = true
            }
        }
    }

    private mutating func take(_ record: TLSRecord) {
        switch record.type {
        case 22 where secrets == nil:
            messages.append(record.fragment)
            takeMessages()
        case 23:
            guard let secrets,
                let inner = secrets.open(record.fragment, header: Array(record.header), number: opened),
                inner.type == 22
            else {
                isComplete = true
                return
            }
            opened += 1
            messages.append(inner.contents)
            takeMessages()
        // Middleboxes are shown a ChangeCipherSpec that means nothing.
        case 20: break
        default: isComplete = true
        }
    }

    private mutating func takeMessages() {
        while !isComplete, let cut = messages.next() {
            guard case .message(let message) = cut else {
                isComplete = true
                return
            }
            switch message.type {
            case 2 where secrets == nil: begin(message)
            case 11 where secrets != nil:
                hasStapledStatus = Self.hasStatus(message.body)
                isComplete = true
            // EncryptedExtensions and CertificateRequest.
            case 8 where secrets != nil, 13 where secrets != nil: break
            default: isComplete = true
            }
        }
    }

    private mutating func begin(_ message: HandshakeMessage) {
        // The hello goes into the transcript as a message, without the header of its record.
        guard let chosen = ServerHello(parsing: message.body), chosen.version == .tls13, !chosen.isRetryRequest,
            let key = chosen.group.flatMap({ keys[$0] }), let half = chosen.keyExchange,
            let shared = try? key.sharedSecret(with: half),
            let found = HandshakeSecrets(
                shared: shared, suite: chosen.suite, messages: Array(hello.dropFirst(5)) + message.octets)
        else {
            isComplete = true
            return
        }
        secrets = found
    }

    /// Whether the first certificate of a Certificate message has a `status_request` with a response in it.
    private static func hasStatus(_ body: [UInt8]) -> Bool {
        var reader = WireReader(body)
        _ = reader.vector(lengthOctets: 1)
        var list = WireReader(reader.vector(lengthOctets: 3) ?? [])
        guard list.vector(lengthOctets: 3) != nil else { return false }
        var extensions = WireReader(list.vector(lengthOctets: 2) ?? [])
        while let type = extensions.number(2), let value = extensions.vector(lengthOctets: 2) {
            if type == 5 { return value.count > 4 }
        }
        return false
    }
}
