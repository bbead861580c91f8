// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The attributes of section 3.2.1 as they are written: one value each, PrintableString where the RFC says so.
extension Attribute {
    static func messageType(_ type: MessageType) -> Attribute {
        Attribute(type: .scepMessageType, string: type.serialize())
    }

    static func pkiStatus(_ status: PKIStatus) -> Attribute {
        Attribute(type: .scepPKIStatus, string: status.serialize())
    }

    static func failInfo(_ failInfo: FailInfo) -> Attribute {
        Attribute(type: .scepFailInfo, string: failInfo.serialize())
    }

    static func failInfoText(_ text: String) -> Attribute {
        Attribute(type: .scepFailInfoText, string: text, as: .utf8String)
    }

    /// Repeats the string type as well as the octets.
    static func transactionID(_ transactionID: TransactionID) -> Attribute {
        Attribute(type: .scepTransactionID, values: [transactionID.encodedValue])
    }

    static func senderNonce(_ nonce: Nonce) -> Attribute {
        Attribute(type: .scepSenderNonce, values: [nonce.encodedValue])
    }

    static func recipientNonce(_ nonce: Nonce) -> Attribute {
        Attribute(type: .scepRecipientNonce, values: [nonce.encodedValue])
    }

    static func signingTime(_ time: Timestamp) -> Attribute {
        var writer = DERWriter(capacity: 20)
        writer.time(time)
        return Attribute(type: .signingTime, values: [writer.bytes])
    }

    private init(type: OID, string: String, as tag: ASN1Tag = .printableString) {
        var writer = DERWriter(capacity: 32)
        writer.string(string, as: tag)
        self.init(type: type, values: [writer.bytes])
    }
}
