// SPDX-License-Identifier: Apache-2.0

/// Walks the parts of a PKCS#12 and gathers the bags.
struct PFXOpener {
    /// The ways to write the password, the likeliest first; empty to look without one.
    private let forms: [PKCS12Password.Form]
    private var budget: DerivationBudget
    private var bagCount = 0
    private(set) var bags: [SafeBag] = []
    /// Whether the password opened anything.
    private(set) var hasDecrypted = false

    init(forms: [PKCS12Password.Form], budget: DerivationBudget) {
        self.forms = forms
        self.budget = budget
    }

    mutating func read(_ parts: [PFX.Part]) throws(FormatError) {
        for (index, part) in parts.enumerated() {
            switch part {
            case .plain(let content): try readContents(ASN1Element(parsing: content), part: index, depth: 0)
            case .encrypted(let scheme, let ciphertext):
                guard !forms.isEmpty else { continue }
                guard let content = try scheme.decrypt(ciphertext, password: forms, budget: &budget) else {
                    throw .passwordWrong("an encrypted part of the PKCS#12")
                }
                hasDecrypted = true
                try readContents(ASN1Element(parsing: content), part: index, depth: 0)
            }
        }
    }

    /// `SafeContents ::= SEQUENCE OF SafeBag`.
    private mutating func readContents(_ element: ASN1Element, part: Int, depth: Int) throws(FormatError) {
        guard depth < PKCS12Limits.depth else {
            throw .limitExceeded("safe contents inside safe contents", limit: PKCS12Limits.depth)
        }
        var reader = try element.fields()
        while !reader.isAtEnd {
            guard bagCount < PKCS12Limits.bags else {
                throw .limitExceeded("bags of a PKCS#12", limit: PKCS12Limits.bags)
            }
            bagCount += 1
            try readBag(reader.next(), part: part, depth: depth)
        }
    }

    private mutating func readBag(_ element: ASN1Element, part: Int, depth: Int) throws(FormatError) {
        var fields = try element.fields()
        let type = try fields.next(.objectIdentifier).oid()
        let value = try fields.next(.context(0)).explicitContent()
        let attributes = try fields.nextIf(.set).map { (set) throws(FormatError) in try Attribute.list(parsing: set) }
        try fields.finish()
        if type == .pkcs12SafeContentsBag { return try readContents(value, part: part, depth: depth + 1) }
        let (content, protection) = try content(type, value)
        bags.append(
            SafeBag(content: content, attributes: attributes ?? [], keyProtection: protection, part: part))
    }

    private mutating func content(
        _ type: OID, _ value: ASN1Element
    ) throws(FormatError) -> (SafeBag.Content, PasswordBasedEncryption?) {
        switch type {
        case .pkcs12KeyBag: (try Self.key(Array(value.encoded)), nil)
        case .pkcs12ShroudedKeyBag: try shroudedKey(value)
        case .pkcs12CertificateBag: (try Self.certificate(value), nil)
        case .pkcs12CRLBag: (try Self.crl(value), nil)
        case .pkcs12SecretBag: (try Self.secret(value), nil)
        default: (.unknown(type), nil)
        }
    }

    /// ```asn1
    /// EncryptedPrivateKeyInfo ::= SEQUENCE {
    ///     encryptionAlgorithm AlgorithmIdentifier,
    ///     encryptedData OCTET STRING }
    /// ```
    private mutating func shroudedKey(
        _ value: ASN1Element
    ) throws(FormatError) -> (SafeBag.Content, PasswordBasedEncryption?) {
        var fields = try value.fields()
        let scheme = try PasswordBasedEncryption(parsing: AlgorithmIdentifier(parsing: fields.next()))
        let ciphertext = Array(try fields.next().octetString())
        try fields.finish()
        guard !forms.isEmpty, let plain = try scheme.decrypt(ciphertext, password: forms, budget: &budget) else {
            return (.lockedKey, scheme)
        }
        hasDecrypted = true
        return (try Self.key(plain), scheme)
    }

    /// A kind of key that is not supported must not hide the rest of the file.
    private static func key(_ bytes: [UInt8]) throws(FormatError) -> SafeBag.Content {
        do throws(FormatError) {
            return .key(try PrivateKeyInfo(parsing: bytes))
        } catch .unsupportedAlgorithm(let oid) {
            return .unsupportedKey(oid)
        }
    }

    /// `CertBag ::= SEQUENCE { certId OBJECT IDENTIFIER, certValue [0] EXPLICIT ANY DEFINED BY certId }`.
    private static func certificate(_ value: ASN1Element) throws(FormatError) -> SafeBag.Content {
        let (type, value) = try typed(value)
        guard type == .pkcs12X509Certificate else { return .unknown(type) }
        return .certificate(try CertificateView(parsing: value.octetString()))
    }

    private static func crl(_ value: ASN1Element) throws(FormatError) -> SafeBag.Content {
        let (type, value) = try typed(value)
        guard type == .pkcs12X509CRL else { return .unknown(type) }
        return .crl(Array(try value.octetString()))
    }

    private static func secret(_ value: ASN1Element) throws(FormatError) -> SafeBag.Content {
        let (type, value) = try typed(value)
        return .secret(type, Array(value.encoded))
    }

    private static func typed(_ element: ASN1Element) throws(FormatError) -> (OID, ASN1Element) {
        var fields = try element.fields()
        let type = try fields.next(.objectIdentifier).oid()
        let value = try fields.next(.context(0)).explicitContent()
        try fields.finish()
        return (type, value)
    }
}
