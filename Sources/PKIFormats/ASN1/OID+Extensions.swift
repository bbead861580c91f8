// SPDX-License-Identifier: Apache-2.0

// Attributes of names, certificate extensions and purposes: RFC 4519, 4985, 5280, 6960, 7633.

// MARK: - Attributes of names

extension OID {
    /// CN.
    public static let commonName = OID(2, 5, 4, 3)
    /// SN.
    public static let surname = OID(2, 5, 4, 4)
    /// The serial number of a device or person, as an attribute of a name.
    public static let serialNumber = OID(2, 5, 4, 5)
    /// C, two letters.
    public static let countryName = OID(2, 5, 4, 6)
    /// L.
    public static let localityName = OID(2, 5, 4, 7)
    /// ST, in Windows S.
    public static let stateOrProvinceName = OID(2, 5, 4, 8)
    /// STREET.
    public static let streetAddress = OID(2, 5, 4, 9)
    /// O.
    public static let organizationName = OID(2, 5, 4, 10)
    /// OU.
    public static let organizationalUnitName = OID(2, 5, 4, 11)
    /// T.
    public static let title = OID(2, 5, 4, 12)
    /// Telephone number.
    public static let telephoneNumber = OID(2, 5, 4, 20)
    /// Any name of a person.
    public static let name = OID(2, 5, 4, 41)
    /// G.
    public static let givenName = OID(2, 5, 4, 42)
    /// I.
    public static let initials = OID(2, 5, 4, 43)
    /// "Jr.", "III".
    public static let generationQualifier = OID(2, 5, 4, 44)
    /// Disambiguates otherwise equal names.
    public static let dnQualifier = OID(2, 5, 4, 46)
    /// Pseudonym.
    public static let pseudonym = OID(2, 5, 4, 65)
    /// Registered identifier of an organisation.
    public static let organizationIdentifier = OID(2, 5, 4, 97)
    /// Business category.
    public static let businessCategory = OID(2, 5, 4, 15)
    /// Postal code.
    public static let postalCode = OID(2, 5, 4, 17)
    /// Post office box.
    public static let postOfficeBox = OID(2, 5, 4, 18)
    /// A description for people.
    public static let descriptionText = OID(2, 5, 4, 13)
    /// A string of bits that tells equal names apart.
    public static let uniqueIdentifier = OID(2, 5, 4, 45)
    /// When a person was born.
    public static let dateOfBirth = OID(1, 3, 6, 1, 5, 5, 7, 9, 1)
    /// Where a person was born.
    public static let placeOfBirth = OID(1, 3, 6, 1, 5, 5, 7, 9, 2)
    /// M or F.
    public static let gender = OID(1, 3, 6, 1, 5, 5, 7, 9, 3)
    /// The country a person is a citizen of.
    public static let countryOfCitizenship = OID(1, 3, 6, 1, 5, 5, 7, 9, 4)
    /// The country a person lives in.
    public static let countryOfResidence = OID(1, 3, 6, 1, 5, 5, 7, 9, 5)
    /// UID.
    public static let userID = OID(0, 9, 2342, 19200300, 100, 1, 1)
    /// DC, one label of a domain name.
    public static let domainComponent = OID(0, 9, 2342, 19200300, 100, 1, 25)
    /// E, an Internet mail address.
    public static let emailAddress = OID(1, 2, 840, 113549, 1, 9, 1)
    /// The name of a device, as Cisco routers send it.
    public static let unstructuredName = OID(1, 2, 840, 113549, 1, 9, 2)
    /// The address of a device, as Cisco routers send it.
    public static let unstructuredAddress = OID(1, 2, 840, 113549, 1, 9, 8)
}

// MARK: - Extensions

extension OID {
    /// Further attributes of the subject.
    public static let subjectDirectoryAttributes = OID(2, 5, 29, 9)
    /// Identifies the subject's key.
    public static let subjectKeyIdentifier = OID(2, 5, 29, 14)
    /// What the key may do.
    public static let keyUsage = OID(2, 5, 29, 15)
    /// Further names of the subject.
    public static let subjectAltName = OID(2, 5, 29, 17)
    /// Further names of the issuer.
    public static let issuerAltName = OID(2, 5, 29, 18)
    /// Whether the subject is a certificate authority.
    public static let basicConstraints = OID(2, 5, 29, 19)
    /// The sequence number of a CRL.
    public static let crlNumber = OID(2, 5, 29, 20)
    /// Why a certificate was revoked.
    public static let reasonCode = OID(2, 5, 29, 21)
    /// What to do with a certificate on hold.
    public static let holdInstructionCode = OID(2, 5, 29, 23)
    /// Since when the key is suspected.
    public static let invalidityDate = OID(2, 5, 29, 24)
    /// The number of the CRL a delta builds on.
    public static let deltaCRLIndicator = OID(2, 5, 29, 27)
    /// What a CRL covers.
    public static let issuingDistributionPoint = OID(2, 5, 29, 28)
    /// The issuer of an entry of an indirect CRL.
    public static let certificateIssuer = OID(2, 5, 29, 29)
    /// Names a certificate authority may certify.
    public static let nameConstraints = OID(2, 5, 29, 30)
    /// Where the CRL is.
    public static let crlDistributionPoints = OID(2, 5, 29, 31)
    /// Under which policies the certificate was issued.
    public static let certificatePolicies = OID(2, 5, 29, 32)
    /// Policies that are equal to others.
    public static let policyMappings = OID(2, 5, 29, 33)
    /// Identifies the issuer's key.
    public static let authorityKeyIdentifier = OID(2, 5, 29, 35)
    /// Whether a path must name policies.
    public static let policyConstraints = OID(2, 5, 29, 36)
    /// Purposes of the key.
    public static let extendedKeyUsage = OID(2, 5, 29, 37)
    /// Where the delta CRL is.
    public static let freshestCRL = OID(2, 5, 29, 46)
    /// From where on anyPolicy does not count.
    public static let inhibitAnyPolicy = OID(2, 5, 29, 54)
    /// Where the issuer's certificate and the OCSP responder are.
    public static let authorityInformationAccess = OID(1, 3, 6, 1, 5, 5, 7, 1, 1)
    /// Services of the subject.
    public static let subjectInformationAccess = OID(1, 3, 6, 1, 5, 5, 7, 1, 11)
    /// TLS extensions the subject promises, must-staple among them.
    public static let tlsFeature = OID(1, 3, 6, 1, 5, 5, 7, 1, 24)
    /// This OCSP signer is not checked for revocation.
    public static let ocspNoCheck = OID(1, 3, 6, 1, 5, 5, 7, 48, 1, 5)
    /// Certificate Transparency time stamps.
    public static let signedCertificateTimestamps = OID(1, 3, 6, 1, 4, 1, 11129, 2, 4, 2)
    /// What Netscape's software may do with the key.
    public static let netscapeCertType = OID(2, 16, 840, 1, 113730, 1, 1)
    /// A comment, as OpenSSL's sample configuration writes it.
    public static let netscapeComment = OID(2, 16, 840, 1, 113730, 1, 13)
    /// Every policy.
    public static let anyPolicy = OID(2, 5, 29, 32, 0)
    /// The policy qualifier that holds a URI.
    public static let cpsQualifier = OID(1, 3, 6, 1, 5, 5, 7, 2, 1)
    /// The policy qualifier that holds a text.
    public static let userNoticeQualifier = OID(1, 3, 6, 1, 5, 5, 7, 2, 2)
}

// MARK: - Access methods

extension OID {
    /// The OCSP responder.
    public static let ocspAccess = OID(1, 3, 6, 1, 5, 5, 7, 48, 1)
    /// The issuer's certificate.
    public static let caIssuersAccess = OID(1, 3, 6, 1, 5, 5, 7, 48, 2)
}

// MARK: - Extended key usages

extension OID {
    /// Any purpose.
    public static let anyExtendedKeyUsage = OID(2, 5, 29, 37, 0)
    /// TLS server.
    public static let serverAuth = OID(1, 3, 6, 1, 5, 5, 7, 3, 1)
    /// TLS client.
    public static let clientAuth = OID(1, 3, 6, 1, 5, 5, 7, 3, 2)
    /// Signing of programs.
    public static let codeSigning = OID(1, 3, 6, 1, 5, 5, 7, 3, 3)
    /// S/MIME.
    public static let emailProtection = OID(1, 3, 6, 1, 5, 5, 7, 3, 4)
    /// IPsec end system, obsolete.
    public static let ipsecEndSystem = OID(1, 3, 6, 1, 5, 5, 7, 3, 5)
    /// IPsec tunnel, obsolete.
    public static let ipsecTunnel = OID(1, 3, 6, 1, 5, 5, 7, 3, 6)
    /// IPsec user, obsolete.
    public static let ipsecUser = OID(1, 3, 6, 1, 5, 5, 7, 3, 7)
    /// Time stamps.
    public static let timeStamping = OID(1, 3, 6, 1, 5, 5, 7, 3, 8)
    /// Delegated OCSP responder.
    public static let ocspSigning = OID(1, 3, 6, 1, 5, 5, 7, 3, 9)
    /// EAP over PPP.
    public static let eapOverPPP = OID(1, 3, 6, 1, 5, 5, 7, 3, 13)
    /// EAP over LAN (802.1X).
    public static let eapOverLAN = OID(1, 3, 6, 1, 5, 5, 7, 3, 14)
    /// IKE for IPsec.
    public static let ipsecIKE = OID(1, 3, 6, 1, 5, 5, 7, 3, 17)
    /// CMC registration authority.
    public static let cmcRA = OID(1, 3, 6, 1, 5, 5, 7, 3, 28)
    /// IKE intermediate, which older IPsec clients ask for.
    public static let ipsecIntermediate = OID(1, 3, 6, 1, 5, 5, 8, 2, 2)
    /// PKINIT client.
    public static let kerberosClientAuth = OID(1, 3, 6, 1, 5, 2, 3, 4)
    /// PKINIT key distribution centre.
    public static let kerberosKDC = OID(1, 3, 6, 1, 5, 2, 3, 5)
}
