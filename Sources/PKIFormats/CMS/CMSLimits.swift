// SPDX-License-Identifier: Apache-2.0

/// The bounds on what one CMS message may hold.
///
/// SCEP, MDM and profile messages hold one signer, one recipient and a handful of certificates. The limits leave room
/// for archives without letting a stranger buy unlimited signature checks. Attributes have theirs in
/// ``Attribute/limit``.
public enum CMSLimits {
    /// SignerInfos, and digest algorithms announced for them.
    public static let signers = 16
    /// Members of the CertificateSet of a message that somebody signed.
    ///
    /// The longest chain with its cross-certificates seen in practice has under 20.
    public static let certificates = 64
    /// Members of the CertificateSet of a message without signers: a `.p7b` with a whole trust store.
    ///
    /// The stores in use have under 500.
    public static let unsignedCertificates = 2_000
    /// Members of RevocationInfoChoices.
    public static let revocationLists = 64
    /// RecipientInfos of any kind.
    public static let recipients = 16
}
