// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A TPM 2.0, by its own commands.
///
/// Every use opens a connection, makes the storage root key anew from the owner's seed, loads the key under it, works and
/// leaves nothing behind: a crash at any point costs no more than the result.
///
/// The owner hierarchy must have no password, which is how machines come.
///
/// Source: TCG, TPM 2.0 Library Part 3: Commands.
public final class TPM: KeyTPM {
    private let transport: any TPMTransport
    /// Guards that one use follows another, since a chip has room for three keys.
    private let turn = Mutex(())

    /// Takes the way to the TPM; nothing is opened yet.
    public init(_ transport: any TPMTransport) { self.transport = transport }

    /// Takes the path of a character device or of a Unix socket of swtpm.
    ///
    /// - Throws: ``TPMError/unavailable(path:reason:)`` when it is neither.
    public convenience init(path: String) throws(CryptoError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .tpmUnavailable(path: path, errno) }
        switch status.st_mode & S_IFMT {
        case S_IFCHR: self.init(TPMDevice(path: path))
        case S_IFSOCK: self.init(TPMSocket(path: path))
        default: throw .tpm(.unavailable(path: path, reason: "neither a character device nor a socket"))
        }
    }

    /// The TPM of this machine; `nil` when there is none.
    public static var ofThisMachine: TPM? {
        access(TPMDevice.defaultPath, F_OK) == 0 ? TPM(TPMDevice()) : nil
    }

    /// Uses the TPM as the only one in this process.
    func converse<Result: Sendable>(
        _ body: @Sendable (TPMSession) throws(CryptoError) -> Result
    ) throws(CryptoError) -> Result {
        try turn.withLock { (_) throws(CryptoError) -> Result in
            try body(TPMSession(connection: try transport.connect()))
        }
    }
}

// MARK: - Keys

extension TPM {
    /// Whether it has keys of a kind; see ``KeyTPM/canHold(_:)``.
    public func canHold(_ type: KeyType) throws(CryptoError) -> Bool {
        guard let template = TPMPublicArea.template(type, attributes: .generated) else { return false }
        return try converse { (session) throws(CryptoError) in try session.canHold(template.kind) }
    }

    /// Makes a key; see ``KeyTPM/generateKey(_:)``.
    public func generateKey(_ type: KeyType) throws(CryptoError) -> TPMKeyFile {
        guard let template = TPMPublicArea.template(type, attributes: .generated) else {
            throw .unsupported("\(type.rawValue) in a TPM")
        }
        return try converse { (session) throws(CryptoError) in
            guard try session.canHold(template.kind) else { throw .unsupported("\(type.rawValue) in this TPM") }
            return try session.withStorageRootKey { (parent, _) throws(CryptoError) in
                try session.create(template, under: parent)
            }
        }
    }

    /// Takes in a key; see ``KeyTPM/importKey(_:)``.
    public func importKey(_ material: PrivateKeyMaterial) throws(CryptoError) -> TPMKeyFile {
        let object = try TPMImportedObject(material)
        return try converse { (session) throws(CryptoError) in
            guard try session.canHold(object.publicArea.kind) else {
                throw .unsupported("a key of this size in this TPM")
            }
            return try session.withStorageRootKey { (parent, area) throws(CryptoError) in
                let duplicate = try TPMDuplicate(object, for: area)
                let file = try session.importObject(duplicate, under: parent)
                // What cannot be loaded now could never be used.
                session.flush(try session.load(file, under: parent))
                return file
            }
        }
    }

    /// Decrypts without looking at padding; see ``KeyTPM/decryptRaw(_:with:)``.
    public func decryptRaw(_ ciphertext: [UInt8], with file: TPMKeyFile) throws(CryptoError) -> [UInt8] {
        guard case .rsa = file.publicKey else { throw .unsupported("key transport with a key that is not RSA") }
        return try converse { (session) throws(CryptoError) in
            try session.withKey(file) { (key) throws(CryptoError) in try session.decryptRaw(ciphertext, key, file) }
        }
    }
}
