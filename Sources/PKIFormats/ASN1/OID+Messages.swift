// SPDX-License-Identifier: Apache-2.0

// CMS, PKCS#10, SCEP, OCSP and Microsoft's additions: RFC 2985, 2986, 5652, 6960, 7292, 8894; MS-WCCE.

// MARK: - CMS content types

extension OID {
    /// Arbitrary octets.
    public static let data = OID(1, 2, 840, 113549, 1, 7, 1)
    /// SignedData.
    public static let signedData = OID(1, 2, 840, 113549, 1, 7, 2)
    /// EnvelopedData.
    public static let envelopedData = OID(1, 2, 840, 113549, 1, 7, 3)
    /// SignedAndEnvelopedData of PKCS#7, not supported.
    public static let signedAndEnvelopedData = OID(1, 2, 840, 113549, 1, 7, 4)
    /// DigestedData.
    public static let digestedData = OID(1, 2, 840, 113549, 1, 7, 5)
    /// EncryptedData.
    public static let encryptedData = OID(1, 2, 840, 113549, 1, 7, 6)
    /// AuthEnvelopedData.
    public static let authEnvelopedData = OID(1, 2, 840, 113549, 1, 9, 16, 1, 23)
    /// The contents of a time stamp.
    public static let timeStampToken = OID(1, 2, 840, 113549, 1, 9, 16, 1, 4)
}

// MARK: - Attributes of CMS and PKCS#10

extension OID {
    /// The type of the signed contents.
    public static let contentType = OID(1, 2, 840, 113549, 1, 9, 3)
    /// The digest of the signed contents.
    public static let messageDigest = OID(1, 2, 840, 113549, 1, 9, 4)
    /// When the signer says it signed.
    public static let signingTime = OID(1, 2, 840, 113549, 1, 9, 5)
    /// A signature over a signature.
    public static let counterSignature = OID(1, 2, 840, 113549, 1, 9, 6)
    /// The secret that authorises a request.
    public static let challengePassword = OID(1, 2, 840, 113549, 1, 9, 7)
    /// Extensions a request asks for.
    public static let extensionRequest = OID(1, 2, 840, 113549, 1, 9, 14)
    /// Algorithms the sender understands.
    public static let smimeCapabilities = OID(1, 2, 840, 113549, 1, 9, 15)
    /// A name for people in PKCS#12.
    public static let friendlyName = OID(1, 2, 840, 113549, 1, 9, 20)
    /// Joins key and certificate in PKCS#12.
    public static let localKeyID = OID(1, 2, 840, 113549, 1, 9, 21)
    /// The signer's certificate by SHA-1.
    public static let signingCertificate = OID(1, 2, 840, 113549, 1, 9, 16, 2, 12)
    /// The signer's certificate by a newer digest.
    public static let signingCertificateV2 = OID(1, 2, 840, 113549, 1, 9, 16, 2, 47)
    /// A time stamp over a signature.
    public static let timeStampTokenAttribute = OID(1, 2, 840, 113549, 1, 9, 16, 2, 14)
    /// Signs the names of the algorithms too.
    public static let cmsAlgorithmProtection = OID(1, 2, 840, 113549, 1, 9, 52)
}

// MARK: - SCEP attributes

extension OID {
    /// What a SCEP message is.
    public static let scepMessageType = OID(2, 16, 840, 1, 113733, 1, 9, 2)
    /// How a SCEP request ended.
    public static let scepPKIStatus = OID(2, 16, 840, 1, 113733, 1, 9, 3)
    /// Why a SCEP request failed.
    public static let scepFailInfo = OID(2, 16, 840, 1, 113733, 1, 9, 4)
    /// The sender's nonce.
    public static let scepSenderNonce = OID(2, 16, 840, 1, 113733, 1, 9, 5)
    /// The nonce this message answers.
    public static let scepRecipientNonce = OID(2, 16, 840, 1, 113733, 1, 9, 6)
    /// Names the transaction.
    public static let scepTransactionID = OID(2, 16, 840, 1, 113733, 1, 9, 7)
    /// VeriSign's old extension request.
    public static let scepExtensionRequest = OID(2, 16, 840, 1, 113733, 1, 9, 8)
    /// Why a SCEP request failed, in words.
    public static let scepFailInfoText = OID(1, 3, 6, 1, 5, 5, 7, 24, 1)
}

// MARK: - OCSP

extension OID {
    /// The basic OCSP response.
    public static let ocspBasic = OID(1, 3, 6, 1, 5, 5, 7, 48, 1, 1)
    /// The nonce of a request and its response.
    public static let ocspNonce = OID(1, 3, 6, 1, 5, 5, 7, 48, 1, 2)
    /// The CRL an answer came from.
    public static let ocspCRLReference = OID(1, 3, 6, 1, 5, 5, 7, 48, 1, 3)
    /// Response types a client takes.
    public static let ocspResponseTypes = OID(1, 3, 6, 1, 5, 5, 7, 48, 1, 4)
    /// How far back answers reach.
    public static let ocspArchiveCutoff = OID(1, 3, 6, 1, 5, 5, 7, 48, 1, 6)
    /// Where to forward a request.
    public static let ocspServiceLocator = OID(1, 3, 6, 1, 5, 5, 7, 48, 1, 7)
    /// Unissued certificates are answered as revoked.
    public static let ocspExtendedRevoke = OID(1, 3, 6, 1, 5, 5, 7, 48, 1, 9)
}

// MARK: - Microsoft: attributes of requests

extension OID {
    /// Microsoft's extension request.
    public static let microsoftCertificateExtensions = OID(1, 3, 6, 1, 4, 1, 311, 2, 1, 14)
    /// The certificate a request renews.
    public static let microsoftRenewalCertificate = OID(1, 3, 6, 1, 4, 1, 311, 13, 1)
    /// A name and value the client gives to the authority.
    public static let microsoftEnrollmentNameValuePair = OID(1, 3, 6, 1, 4, 1, 311, 13, 2, 1)
    /// The provider that made the key.
    public static let microsoftEnrollmentCSPProvider = OID(1, 3, 6, 1, 4, 1, 311, 13, 2, 2)
    /// The version of Windows that made the request.
    public static let microsoftOSVersion = OID(1, 3, 6, 1, 4, 1, 311, 13, 2, 3)
    /// Machine, user and process that made the request.
    public static let microsoftRequestClientInfo = OID(1, 3, 6, 1, 4, 1, 311, 21, 20)
}

// MARK: - Microsoft: extensions

extension OID {
    /// The name of the certificate template (version 1).
    public static let microsoftCertificateTemplateName = OID(1, 3, 6, 1, 4, 1, 311, 20, 2)
    /// How often the authority's key and certificate were renewed.
    public static let microsoftCAVersion = OID(1, 3, 6, 1, 4, 1, 311, 21, 1)
    /// The authority's previous certificate.
    public static let microsoftPreviousCAHash = OID(1, 3, 6, 1, 4, 1, 311, 21, 2)
    /// When the next CRL is published.
    public static let microsoftCRLNextPublish = OID(1, 3, 6, 1, 4, 1, 311, 21, 4)
    /// The certificate template (version 2).
    public static let microsoftCertificateTemplate = OID(1, 3, 6, 1, 4, 1, 311, 21, 7)
    /// Purposes of the key, in the form of policies.
    public static let microsoftApplicationPolicies = OID(1, 3, 6, 1, 4, 1, 311, 21, 10)
    /// Holds the SID of the account.
    public static let microsoftNTDSSecurity = OID(1, 3, 6, 1, 4, 1, 311, 25, 2)
    /// The SID inside that extension.
    public static let microsoftNTDSObjectSID = OID(1, 3, 6, 1, 4, 1, 311, 25, 2, 1)
}

// MARK: - Other names

extension OID {
    /// A mail address whose local part is not ASCII, as otherName.
    ///
    /// Source: RFC 9598, section 3.
    public static let smtpUTF8Mailbox = OID(1, 3, 6, 1, 5, 5, 7, 8, 9)
}

// MARK: - Microsoft: other names

extension OID {
    /// The user principal name as otherName.
    public static let microsoftUserPrincipalName = OID(1, 3, 6, 1, 4, 1, 311, 20, 2, 3)
    /// The GUID of an account as otherName.
    public static let microsoftObjectGUID = OID(1, 3, 6, 1, 4, 1, 311, 25, 1)
}

// MARK: - Microsoft: extended key usages

extension OID {
    /// Smart card log-on.
    public static let microsoftSmartcardLogon = OID(1, 3, 6, 1, 4, 1, 311, 20, 2, 2)
    /// Encrypting file system.
    public static let microsoftEncryptingFileSystem = OID(1, 3, 6, 1, 4, 1, 311, 10, 3, 4)
    /// Signing of documents.
    public static let microsoftDocumentSigning = OID(1, 3, 6, 1, 4, 1, 311, 10, 3, 12)
    /// Recovery of keys.
    public static let microsoftKeyRecovery = OID(1, 3, 6, 1, 4, 1, 311, 10, 3, 11)
    /// Requests certificates for others.
    public static let microsoftEnrollmentAgent = OID(1, 3, 6, 1, 4, 1, 311, 20, 2, 1)
    /// Opens archived keys.
    public static let microsoftKeyRecoveryAgent = OID(1, 3, 6, 1, 4, 1, 311, 21, 6)
    /// Remote desktop server.
    public static let microsoftRemoteDesktop = OID(1, 3, 6, 1, 4, 1, 311, 54, 1, 2)
}
