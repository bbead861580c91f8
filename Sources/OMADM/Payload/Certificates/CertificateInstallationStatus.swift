// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What a device says about the installation of a certificate.
///
/// A success of the Exec only says that the enrolment has begun; installed is what is ``State/finished`` here with the
/// thumbprint of the certificate that was issued.
///
/// Source: Microsoft, ClientCertificateInstall CSP, Status, ErrorCode, CertThumbprint, Thumbprint, RespondentServerUrl.
public struct CertificateInstallationStatus: Hashable, Sendable {
    /// How far it is.
    public enum State: Hashable, Sendable {
        /// Done: SCEP 1, PFX 0.
        case finished
        /// The authority has not decided yet: SCEP 2.
        case pending
        /// Failed: SCEP 16, any other number for PFX.
        case failed
        /// Not begun, or under way: SCEP 32.
        case unknown
        /// Another number; the device says what is not defined.
        case other(Int64)
    }

    /// How far it is.
    public var state: State
    /// Why it failed, an HRESULT; `nil` when the device does not say, 0 after success.
    public var errorCode: UInt32?
    /// The certificate: SHA-1 in 40 digits, upper case.
    ///
    /// `nil` when there is none, and with SCEP also when it has expired, its chain is not valid or its key is gone.
    public var thumbprint: String?
    /// The SCEP server that answered.
    public var respondentServerURL: String?

    /// Reads the outcome of ``CertificateInstallNode/statusQuery(id:)``.
    ///
    /// `nil` when the device brought no Status: the installation is not there.
    ///
    /// - Parameters:
    ///   - outcome: the outcome.
    ///   - installation: what was asked about.
    public init?(_ outcome: BatchOutcome, of installation: CertificateInstallNode) {
        func text(_ node: String) -> String? {
            guard let value = outcome.value(of: "\(installation.locURI)/\(node)") else { return nil }
            return MarkupElement.trimmed(value.text)
        }
        guard let status = text("Status").flatMap({ Int64($0) }) else { return nil }
        switch installation.kind {
        case .scep:
            state = Self.state(scep: status)
            errorCode = text("ErrorCode").flatMap(Self.hresult)
            thumbprint = text("CertThumbprint").flatMap(Self.thumbprint)
        case .pfx:
            let code = Self.hresult(String(status))
            state = status == 0 ? .finished : .failed
            errorCode = code
            thumbprint = text("Thumbprint").flatMap(Self.thumbprint)
        }
        respondentServerURL = text("RespondentServerUrl").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a certificate is installed and usable.
    ///
    /// - Parameter thumbprint: the certificate that was issued: SHA-1 in hexadecimal, in any case.
    /// - Returns: whether it is so.
    public func isInstalled(_ thumbprint: String) -> Bool {
        guard state == .finished, let wanted = Self.thumbprint(thumbprint) else { return false }
        return self.thumbprint == wanted
    }

    private static func state(scep status: Int64) -> State {
        switch status {
        case 1: .finished
        case 2: .pending
        case 16: .failed
        case 32: .unknown
        default: .other(status)
        }
    }

    /// Reads an HRESULT; devices write it as a signed number, an unsigned one and in hexadecimal.
    static func hresult(_ text: String) -> UInt32? {
        if text.lowercased().hasPrefix("0x") { return UInt32(text.dropFirst(2), radix: 16) }
        if let number = UInt32(text) { return number }
        return Int32(text).map { UInt32(bitPattern: $0) }
    }

    /// Reads a thumbprint in any case, with spaces and colons; `nil` when it has not 20 octets.
    static func thumbprint(_ text: String) -> String? {
        let digits = text.filter { $0 != " " && $0 != ":" && $0 != "\u{200E}" }
        guard digits.utf8.count == 40, let octets = Hex.decode(digits), octets.count == 20 else { return nil }
        return digits.uppercased()
    }
}
