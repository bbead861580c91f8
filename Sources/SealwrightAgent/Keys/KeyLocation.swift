// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// Where a private key is kept: KeyLocation of a PFX, KeyProtection of a SCEP enrolment.
///
/// Source: Microsoft, ClientCertificateInstall CSP, "KeyLocation" and "KeyProtection".
enum KeyLocation: Int {
    /// In the TPM.
    case tpm = 1
    /// In the TPM when there is one, else in software.
    case tpmIfPresent = 2
    /// In software.
    case software = 3
    /// In a container that a person opens with a PIN, as Windows Hello for Business has them.
    case hello = 4

    /// Reads a number and what belongs to it.
    ///
    /// - Throws: ``HResult/invalidParameter`` for another number, and for a container without name.
    init(_ number: Int, containerName: String?) throws(HResult) {
        guard let value = Self(rawValue: number) else { throw .invalidParameter }
        if value == .hello, containerName?.isEmpty ?? true { throw .invalidParameter }
        self = value
    }

    /// Whether a key may end in software.
    var allowsSoftware: Bool { self == .software || self == .tpmIfPresent }

    /// States that this machine has the place.
    ///
    /// A container that is not there is not made, nor is the key put elsewhere: whoever asks for one wants a person's PIN.
    ///
    /// - Throws: ``HResult/tpmNotFound`` or ``HResult/containerNotFound``.
    func check(_ tpm: (any KeyTPM)?, _ container: KeyContainer?) throws(HResult) {
        switch self {
        case .software, .tpmIfPresent: return
        case .tpm: if tpm == nil { throw .tpmNotFound }
        case .hello: if container == nil { throw .containerNotFound }
        }
    }

    /// The TPM that a key of a kind goes to; `nil` for software and for a container.
    ///
    /// A TPM that is only wished for is not used for a kind of key it does not have, nor when it cannot be reached.
    ///
    /// - Parameters:
    ///   - type: the kind of key; `nil` for one that no TPM has.
    ///   - tpm: the TPM of this machine.
    /// - Returns: the TPM, or `nil`.
    /// - Throws: ``HResult/tpmNotFound`` without a TPM that answers, ``HResult/notSupported`` when it lacks such keys.
    func place(_ type: KeyType?, _ tpm: (any KeyTPM)?) throws(HResult) -> (any KeyTPM)? {
        if self == .tpm, tpm == nil { throw .tpmNotFound }
        guard self == .tpm || self == .tpmIfPresent, let tpm else { return nil }
        do throws(CryptoError) {
            if let type, try tpm.canHold(type) { return tpm }
        } catch {
            guard allowsSoftware else { throw error.keyResult }
            return nil
        }
        guard allowsSoftware else { throw .notSupported }
        return nil
    }
}

extension CryptoError {
    /// What Status and ErrorCode tell when a key could not be made or taken in.
    var keyResult: HResult {
        switch self {
        case .tpm(.unavailable): .tpmNotFound
        case .unsupported: .notSupported
        default: .failed
        }
    }
}
