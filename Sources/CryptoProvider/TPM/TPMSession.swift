// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The commands on one connection to a TPM.
///
/// Source: TCG, TPM 2.0 Library Part 3: Commands, sections 12, 14, 20, 24, 28 and 30.
struct TPMSession {
    let connection: any TPMConnection

    /// Gives a command, again while the TPM asks for that.
    func execute(_ command: TPMCommand, hasHandle: Bool = false) throws(CryptoError) -> TPMResponse {
        let octets = try command.serialize()
        var pause: UInt32 = 10_000
        while true {
            do throws(CryptoError) {
                return try TPMResponse(
                    parsing: try connection.send(octets), to: command, hasHandle: hasHandle)
            } catch {
                guard error == .tpm(.busy), pause <= Self.longestPause else { throw error }
                usleep(pause)
                pause *= 2
            }
        }
    }

    /// Microseconds; all pauses together are ten seconds.
    private static let longestPause: UInt32 = 5_120_000
}

// MARK: - Objects

extension TPMSession {
    /// Lends the storage root key, with its public area.
    func withStorageRootKey<Result>(
        _ body: (TPMHandle, TPMPublicArea) throws(CryptoError) -> Result
    ) throws(CryptoError) -> Result {
        let template = try TPMPublicArea.storageRootKey.serialize()
        var response = try execute(
            TPMCommand(
                code: .createPrimary, handles: [.owner], authorizationCount: 1,
                parameters: try Self.creation(template)),
            hasHandle: true)
        let handle = response.handle
        defer { flush(handle) }
        return try body(handle, try TPMPublicArea(parsing: try response.parameters.sized()))
    }

    /// Lends the key of a file.
    func withKey<Result>(
        _ file: TPMKeyFile, _ body: (TPMHandle) throws(CryptoError) -> Result
    ) throws(CryptoError) -> Result {
        let key: TPMHandle
        if file.parent == .owner {
            key = try withStorageRootKey { (parent, _) throws(CryptoError) in try load(file, under: parent) }
        } else {
            key = try load(file, under: file.parent)
        }
        defer { flush(key) }
        return try body(key)
    }

    /// Makes a key.
    func create(_ template: TPMPublicArea, under parent: TPMHandle) throws(CryptoError) -> TPMKeyFile {
        var response = try execute(
            TPMCommand(
                code: .create, handles: [parent], authorizationCount: 1,
                parameters: try Self.creation(try template.serialize())))
        let privateOctets = try response.parameters.sized()
        return try TPMKeyFile(
            parent: .owner, publicOctets: try response.parameters.sized(), privateOctets: privateOctets)
    }

    /// Takes in a key that was encrypted to the parent.
    func importObject(_ duplicate: TPMDuplicate, under parent: TPMHandle) throws(CryptoError) -> TPMKeyFile {
        let parameters = try TPMWriter.write { (writer) throws(CryptoError) in
            // No inner encryption, so no key for it.
            try writer.append(sized: [])
            try writer.append(sized: duplicate.publicOctets)
            try writer.append(sized: duplicate.encrypted)
            try writer.append(sized: duplicate.seed)
            writer.append(TPMAlgorithm.null)
        }
        var response = try execute(
            TPMCommand(code: .importObject, handles: [parent], authorizationCount: 1, parameters: parameters))
        return try TPMKeyFile(
            parent: .owner, publicOctets: duplicate.publicOctets, privateOctets: try response.parameters.sized())
    }

    /// Loads a key; whoever calls flushes it.
    func load(_ file: TPMKeyFile, under parent: TPMHandle) throws(CryptoError) -> TPMHandle {
        let parameters = try TPMWriter.write { (writer) throws(CryptoError) in
            try writer.append(sized: file.privateOctets)
            try writer.append(sized: file.publicOctets)
        }
        return try execute(
            TPMCommand(code: .load, handles: [parent], authorizationCount: 1, parameters: parameters),
            hasHandle: true
        ).handle
    }

    /// Takes a loaded object out of the TPM again.
    ///
    /// A failure leaves nothing to do: with the connection the kernel forgets the object too.
    func flush(_ handle: TPMHandle) {
        var writer = TPMWriter()
        writer.append(handle)
        _ = try? execute(TPMCommand(code: .flushContext, parameters: writer.octets))
    }

    /// inSensitive without password and data, the template, no outside information, no PCRs.
    private static func creation(_ template: [UInt8]) throws(CryptoError) -> [UInt8] {
        try TPMWriter.write { (writer) throws(CryptoError) in
            try writer.append(sized: [0, 0, 0, 0])
            try writer.append(sized: template)
            try writer.append(sized: [])
            writer.append(UInt32(0))
        }
    }
}

// MARK: - Operations

extension TPMSession {
    /// Signs a digest; an ECDSA signature comes as DER.
    func sign(
        _ digest: [UInt8], _ scheme: TPMPublicArea.Scheme, _ key: TPMHandle
    ) throws(CryptoError) -> [UInt8] {
        let parameters = try TPMWriter.write { (writer) throws(CryptoError) in
            try writer.append(sized: digest)
            writer.append(scheme.algorithm)
            if let hash = scheme.hash { writer.append(hash) }
            // TPMT_TK_HASHCHECK without contents: the digest was not made by the TPM.
            writer.append(Self.hashCheck)
            writer.append(TPMHandle.null)
            try writer.append(sized: [])
        }
        var response = try execute(
            TPMCommand(code: .sign, handles: [key], authorizationCount: 1, parameters: parameters)
        ).parameters
        guard try response.algorithm() == scheme.algorithm, try response.algorithm() == scheme.hash else {
            throw .tpm(.malformedResponse("a signature of another algorithm"))
        }
        guard scheme.algorithm == .ecdsa else { return try response.sized() }
        let r = try response.sized()
        return ShortDER.sequence([ShortDER.integer(r), ShortDER.integer(try response.sized())])
    }

    /// The private operation of an RSA key, on and to a number as long as the modulus.
    func decryptRaw(
        _ ciphertext: [UInt8], _ key: TPMHandle, _ file: TPMKeyFile
    ) throws(CryptoError) -> [UInt8] {
        let parameters = try TPMWriter.write { (writer) throws(CryptoError) in
            try writer.append(sized: ciphertext)
            writer.append(TPMAlgorithm.null)
            try writer.append(sized: [])
        }
        var response = try execute(
            TPMCommand(code: .rsaDecrypt, handles: [key], authorizationCount: 1, parameters: parameters))
        let result = try response.parameters.sized()
        guard result.count <= ciphertext.count else { throw .tpm(.malformedResponse("a number over the modulus")) }
        return [UInt8](repeating: 0, count: ciphertext.count - result.count) + result
    }

    /// Whether keys with these parameters can be made.
    func canHold(_ kind: TPMPublicArea.Kind) throws(CryptoError) -> Bool {
        switch kind {
        case .rsa(let bitCount, let exponent, _): try canHold(rsaBitCount: bitCount, exponent: exponent)
        case .ecc(let curve, _, _, _): try curves().contains(curve)
        }
    }

    /// There is no list of RSA sizes to ask for; a TPM says of parameters whether it takes them.
    private func canHold(rsaBitCount bitCount: UInt16, exponent: UInt32) throws(CryptoError) -> Bool {
        var writer = TPMWriter()
        writer.append(TPMAlgorithm.rsa)
        writer.append(TPMAlgorithm.null)
        writer.append(TPMAlgorithm.null)
        writer.append(bitCount)
        writer.append(exponent)
        do throws(CryptoError) {
            _ = try execute(TPMCommand(code: .testParms, parameters: writer.octets))
            return true
        } catch {
            guard case .tpm(.refused(_, let code)) = error, code.isFormatOne else { throw error }
            return false
        }
    }

    /// The numbers of the curves.
    private func curves() throws(CryptoError) -> [UInt16] {
        var writer = TPMWriter()
        writer.append(Self.curveCapability)
        writer.append(UInt32(0))
        writer.append(Self.curveLimit)
        var response = try execute(TPMCommand(code: .getCapability, parameters: writer.octets)).parameters
        _ = try response.octet()
        guard try response.uint32() == Self.curveCapability else {
            throw .tpm(.malformedResponse("another capability"))
        }
        let count = try response.uint32()
        guard count <= Self.curveLimit else { throw .tpm(.malformedResponse("\(count) curves")) }
        var curves: [UInt16] = []
        for _ in 0..<count { curves.append(try response.uint16()) }
        return curves
    }

    /// TPM_CAP_ECC_CURVES.
    private static let curveCapability: UInt32 = 8
    /// More than there are curves.
    private static let curveLimit: UInt32 = 64
    /// TPM_ST_HASHCHECK.
    private static let hashCheck: UInt16 = 0x8024
}
