// SPDX-License-Identifier: Apache-2.0

/// A private key out of a file of any common form: PKCS#8 with or without password, PKCS#1, SEC 1 or PKCS#12; DER, PEM or
/// Base64.
public struct PrivateKeyFile: Sendable {
    /// The first key in the file.
    public let key: PrivateKeyInfo

    /// What reading ends with when the key is in OpenSSL's traditional encrypted PEM.
    ///
    /// `openssl pkcs8 -topk8` writes such a key as PKCS#8, which is read.
    public static let traditionalForm = FormatError.unsupportedForm(
        "a key in OpenSSL's traditional encrypted PEM (Proc-Type: 4,ENCRYPTED)")

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - password: opens an encrypted key or a PKCS#12, UTF-8.
    ///   - limits: the work a PKCS#12 may ask for.
    /// - Throws: ``FormatError``: ``FormatError/missing(_:)`` when there is no key in it,
    ///   ``FormatError/passwordNeeded(_:)`` and ``FormatError/passwordWrong(_:)`` when a password is what is missing,
    ///   ``traditionalForm`` when it is in OpenSSL's traditional encrypted PEM.
    public init(
        reading bytes: [UInt8], password: [UInt8]? = nil, limits: PKCS12Limits = .administrators
    ) throws(FormatError) {
        let found = try CertificateBundleReader(
            password: password, limits: limits, isUnauthenticatedAllowed: false
        ).read(bytes)
        if let key = found.keys.first {
            self.key = key.info
        } else if found.hasTraditionalKey {
            throw Self.traditionalForm
        } else if found.hasLockedKey {
            guard password == nil else { throw .passwordWrong("the private key") }
            throw .passwordNeeded("the private key")
        } else {
            throw .missing("a private key")
        }
    }
}
