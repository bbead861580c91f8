// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL
import PKIFormats
import TrustEvaluation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Gives every way in which a connection can come to nothing its name.
enum TLSFailure {
    /// Whether an error says that the peer ended the connection with an alert.
    static func isAlert(_ error: any Error) -> Bool {
        BoringSSLReason.names(in: error).contains { BoringSSLReason.alert(in: $0) != nil }
    }

    /// The diagnosis of a handshake that failed.
    ///
    /// - Parameters:
    ///   - error: what the TLS library or the socket said; `nil` when the connection just ended.
    ///   - facts: what is known about the connection.
    /// - Returns: the diagnosis, always one.
    static func diagnose(_ error: (any Error)?, _ facts: TLSConnectionFacts) -> TLSDiagnosis {
        if let reason = facts.decision?.reason { return TLSDiagnosis(reason, isClientCertificate: facts.isServer) }
        if !facts.plainText.isEmpty { return plainText(facts.plainText, isServer: facts.isServer) }
        if let malformed = facts.malformed {
            let peer = facts.isServer ? "client" : "server"
            return TLSDiagnosis(.protocolBroken, "The \(peer) broke the protocol: it sent \(malformed).")
        }
        let names = error.map(BoringSSLReason.names) ?? []
        let told = names.compactMap(BoringSSLReason.alert).first ?? facts.alertReceived
        if let told, told != .closeNotify { return diagnose(alert: told, facts) }
        if let known = names.compactMap({ diagnose(reason: $0, facts) }).first { return known }
        if let known = error.flatMap(connectionFault) { return known }
        if let name = names.first {
            return TLSDiagnosis(.protocolBroken, "The handshake broke off: \(words(name)).")
        }
        return TLSDiagnosis(
            .connectionReset,
            "The connection ended in the handshake, after \(facts.octetsReceived) octets and without an alert.")
    }

    /// The diagnosis of an address that could not be connected to; `nil` for errors of other kinds.
    static func connectionFault(_ error: any Error) -> TLSDiagnosis? {
        switch error {
        case let error as IOError: diagnose(errno: error.errnoCode)
        case let error as NIOConnectionError: unconnected(error)
        case let error as ChannelError:
            if case .connectTimeout(let time) = error {
                TLSDiagnosis(.timedOut, "Nobody answered within \(time.nanoseconds / 1_000_000) ms.")
            } else {
                nil
            }
        default: nil
        }
    }

    private static func unconnected(_ error: NIOConnectionError) -> TLSDiagnosis {
        if let first = error.connectionErrors.first, let known = connectionFault(first.error) { return known }
        guard error.dnsAError != nil || error.dnsAAAAError != nil else {
            return TLSDiagnosis(.unreachable, "\(error.host) port \(error.port) cannot be reached.")
        }
        return TLSDiagnosis(
            .unreachable, "The name \(error.host) has no address.", remedy: "Check the name and the DNS server.")
    }

    private static func diagnose(errno: Int32) -> TLSDiagnosis {
        switch errno {
        case ECONNREFUSED:
            TLSDiagnosis(.unreachable, "The machine refused the connection: nobody listens at that port.")
        case ETIMEDOUT: TLSDiagnosis(.timedOut, "Nobody answered the connection attempt.")
        case ENETUNREACH, EHOSTUNREACH: TLSDiagnosis(.unreachable, "There is no route to the machine.")
        case EPIPE, ECONNRESET: TLSDiagnosis(.connectionReset, "The peer reset the connection.")
        default: TLSDiagnosis(.connectionReset, "The connection failed with system error \(errno).")
        }
    }

    private static func plainText(_ octets: [UInt8], isServer: Bool) -> TLSDiagnosis {
        let text = String(decoding: octets.prefix(40).map { (0x20...0x7E).contains($0) ? $0 : 0x2E }, as: UTF8.self)
        let who = isServer ? "The client" : "The server"
        return TLSDiagnosis(.plainText, "\(who) sent plain text instead of TLS: \"\(text)\".")
    }

    /// A reason name in ordinary words.
    static func words(_ name: String) -> String { name.lowercased().replacing("_", with: " ") }
}

// MARK: - What the library says

extension TLSFailure {
    private static let disagreements: Set<String> = [
        "NO_SHARED_CIPHER", "UNSUPPORTED_PROTOCOL", "WRONG_VERSION_NUMBER", "NO_SHARED_GROUP", "WRONG_CURVE",
        "NO_COMMON_SIGNATURE_ALGORITHMS", "WRONG_SIGNATURE_TYPE", "WRONG_CIPHER_RETURNED", "UNKNOWN_CIPHER_RETURNED",
        "NO_CIPHERS_AVAILABLE", "NO_SUPPORTED_VERSIONS_ENABLED", "INAPPROPRIATE_FALLBACK", "UNKNOWN_CERTIFICATE_TYPE",
        "NO_CERTIFICATE_SET", "UNSUPPORTED_COMPRESSION_ALGORITHM",
    ]

    private static func diagnose(reason: String, _ facts: TLSConnectionFacts) -> TLSDiagnosis? {
        switch reason {
        case "PEER_DID_NOT_RETURN_A_CERTIFICATE":
            return TLSDiagnosis(.clientCertificateMissing, "The client presented no certificate, and one is required.")
        case "HTTP_REQUEST", "HTTPS_PROXY_REQUEST":
            return TLSDiagnosis(.plainText, "The client sent an HTTP request in the clear.")
        case "KEY_VALUES_MISMATCH":
            return TLSDiagnosis(.privateKeyMissing, "The private key does not belong to the certificate.")
        case "KEY_USAGE_BIT_INCORRECT":
            let peer = facts.isServer ? "client" : "server"
            return TLSDiagnosis(
                .purposeMissing, "The key usage of the \(peer)'s certificate does not allow what the handshake needs.",
                remedy: "Issue it with the key usage digitalSignature.")
        case "CERTIFICATE_VERIFY_FAILED":
            return TLSDiagnosis(.pathInvalid, "The peer's certificates could not be read.")
        case _ where disagreements.contains(reason):
            let offered = facts.offeredVersions.map(\.description).joined(separator: ", ")
            let more = offered.isEmpty ? "" : "; the client offered \(offered)"
            return TLSDiagnosis(.nothingInCommon, "The two ends could not agree: \(words(reason))\(more).")
        default: return nil
        }
    }
}

// MARK: - What the peer says

extension TLSFailure {
    /// What an alert of the peer means for this end.
    ///
    /// Source: RFC 8446, section 6.2.
    private static func diagnose(alert: TLSAlert, _ facts: TLSConnectionFacts) -> TLSDiagnosis {
        let peer = facts.isServer ? "client" : "server"
        let own = facts.ownCertificate.map { " \($0.subject), serial number \($0.serialNumber.hex)," } ?? ""
        func refused(_ code: TLSDiagnosisCode, _ what: String) -> TLSDiagnosis {
            TLSDiagnosis(
                code, "The \(peer) refused our certificate\(own) \(what) (alert \(alert)).",
                // What the code advises is for the end that looked, which here is the other one.
                remedy: code == .issuerUnknown
                    ? "Install the root certificate of its issuer at the client, among those it trusts." : nil)
        }
        switch alert {
        case .certificateRequired: return missingCertificate(alert)
        case .handshakeFailure where !facts.isServer && facts.isCertificateRequested && facts.ownCertificate == nil:
            // TLS 1.2 has no alert of its own for it.
            return missingCertificate(alert)
        case .unknownCA: return refused(untrusted(facts), "because it does not trust its issuer")
        case .certificateUnknown, .badCertificate: return refused(untrusted(facts), "without saying why; its log does")
        case .unsupportedCertificate: return refused(.purposeMissing, "because it is not for this use")
        case .certificateRevoked: return refused(.revoked, "because it is revoked")
        case .certificateExpired: return refused(.notValidNow, "because it is not valid now by the \(peer)'s clock")
        case .unrecognizedName:
            return TLSDiagnosis(
                .nameMismatch,
                "The server has no certificate for \(facts.serverName ?? "the name asked for") (alert \(alert)).")
        case .noApplicationProtocol:
            return TLSDiagnosis(.plainText, "The server speaks another protocol at this port (alert \(alert)).")
        case .handshakeFailure, .protocolVersion, TLSAlert(rawValue: 71):
            return TLSDiagnosis(
                .nothingInCommon,
                "The \(peer) found no version, suite, group or signature it shares (alert \(alert)).")
        default: return TLSDiagnosis(.protocolBroken, "The \(peer) ended the handshake (alert \(alert)).")
        }
    }

    private static func untrusted(_ facts: TLSConnectionFacts) -> TLSDiagnosisCode {
        facts.isServer ? .issuerUnknown : .clientCertificateUntrusted
    }

    private static func missingCertificate(_ alert: TLSAlert) -> TLSDiagnosis {
        TLSDiagnosis(
            .clientCertificateMissing,
            "The server requires a client certificate and we presented none (alert \(alert)).")
    }
}
