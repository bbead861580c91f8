// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP

/// A captured CertRep: how the request ended and what its sender should do.
struct CapturedReply {
    private let description: SCEPMessageDescription

    init(_ bytes: [UInt8], now: Timestamp) throws(InspectionError) {
        do throws(SCEPError) {
            description = SCEPMessageDescription(message: try PKIMessage(parsing: bytes), now: now)
        } catch {
            throw .scep(error)
        }
    }

    /// Whether a message says that it is a reply.
    static func isReply(_ bytes: [UInt8]) -> Bool {
        guard let message = try? PKIMessage(parsing: bytes) else { return false }
        return (try? message.attributes.messageType()) == .certRep
    }

    var explanation: SCEPExplanation {
        let outcome: SCEPExplanation.Outcome =
            switch description.status {
            case .success: .success
            case .pending: .pending
            case .failure: .failure
            case nil: .unknown
            }
        let sentence = description.replyMeaning.replacing(prefix: "CertRep: the request", with: "The request")
        return SCEPExplanation(
            isReply: true, outcome, sentence, failInfo: description.failInfo?.name, advice: advice(outcome),
            report: description.report)
    }

    private func advice(_ outcome: SCEPExplanation.Outcome) -> String? {
        switch outcome {
        case .success: return "Nothing: the device decrypts the certificate with the key that signed its request."
        case .pending:
            return
                "Approve it at the server: 'sealwright enrollment list' shows what waits. The device asks again."
        case .failure:
            return description.failInfo?.advice ?? "The server gave no reason; its log or audit trail has one."
        default: return nil
        }
    }
}

extension FailInfo {
    /// What the administrator of a device can do when a server says only this.
    ///
    /// Source: RFC 8894, section 3.2.1.4.
    var advice: String {
        switch self {
        case .badAlg:
            "Use SHA-256, AES and an RSA key of 2048 bits in the client, or allow the old algorithm at the endpoint."
        case .badMessageCheck:
            "Fetch the certificates anew with GetCACert and encrypt to the RA's; check that nothing changes the "
                + "message on its way."
        case .badRequest:
            "Look at the failInfoText. Most often the challenge is missing or spent, or it is too early to renew."
        case .badTime: "Set the device's clock."
        case .badCertId:
            "The transaction or certificate is not known there: enrol anew, or correct the URL the device uses."
        }
    }
}

extension String {
    fileprivate func replacing(prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
