// SPDX-License-Identifier: Apache-2.0

/// What ``PayloadLint`` looks for.
///
/// The published description of ClientCertificateInstall contradicts itself in twenty places; the rules that guard
/// against one of them say what is contradicted.
///
/// Source: Microsoft, ClientCertificateInstall CSP; RootCATrustedCertificates CSP; CertificateStore CSP; "OMA DM
/// protocol support".
public enum PayloadRule: String, CaseIterable, Sendable {
    // Contradictions of the description
    /// 1: PFXKeyExportable `true` demands KeyLocation 3, and the page's own example sends it with 2.
    case exportableKeyLocation = "omadm.lint-exportable-key-location"
    /// 2: the default of PFXKeyExportable is `true` for every KeyLocation, which rule 1 forbids for three of them.
    case exportableAbsent = "omadm.lint-exportable-absent"
    /// 3: all nodes have to be there before PFXCertBlob, and the example adds it as the second.
    case pfxBlobOrder = "omadm.lint-pfx-blob-order"
    /// 4 and 6: UniqueID has no Delete in the table, and the example deletes it, on first run in vain.
    case deleteUniqueID = "omadm.lint-delete-uniqueid"
    /// 5: the PFX example never adds its UniqueID.
    case uniqueIDNotAdded = "omadm.lint-uniqueid-not-added"
    /// 7: Replace of PFXCertBlob fails when nothing is installed, or adds, on the same page.
    case pfxBlobReplace = "omadm.lint-pfx-blob-replace"
    /// 8: PFXCertBlob is binary in the table and text in the example.
    case pfxBlobFormat = "omadm.lint-pfx-blob-format"
    /// 9: Challenge is Base64 in the text and plain in the example and in practice.
    case challengeEncoding = "omadm.lint-challenge-encoding"
    /// 10: CAThumbprint is SHA-1, 40 digits, and the example has 32.
    case caThumbprint = "omadm.lint-ca-thumbprint"
    /// 11: the paragraph of KeyUsage stands under EKUMapping.
    case ekuMapping = "omadm.lint-eku-mapping"
    /// 12: ValidPeriodUnits is text in the table and a number in the example.
    case validPeriod = "omadm.lint-valid-period"
    /// 13: Status is text in the table and a number in the definition; it can only be read.
    case readOnlyNode = "omadm.lint-read-only-node"
    /// 14: an alert is sent after the installation, and no notification is; the result is not there with the Exec.
    case statusTooEarly = "omadm.lint-status-too-early"
    /// 15: RetryDelay is 1 at least in the text and 0 in the definition.
    case retryDelay = "omadm.lint-retry-delay"
    /// 16: SubjectName and the ContainerName of a PFX have a Delete in one of the two descriptions only.
    case deleteLeaf = "omadm.lint-delete-leaf"
    /// 17: published examples carry words to be replaced, and CmdIDs that are absent or none.
    case templatePlaceholder = "omadm.lint-template-placeholder"
    /// 18: a certificate of the device was put into the user's store too, by an old build.
    case bothScopes = "omadm.lint-both-scopes"
    /// 19: KeyProtection 2 is called phone TPM and means a TPM when there is one; it limits the key all the same.
    case tpmKeyLength = "omadm.lint-tpm-key-length"
    /// 20: families of HashAlgorithm are joined with `+` in the text and with `;` in practice.
    case hashAlgorithm = "omadm.lint-hash-algorithm"

    // Structure
    /// A LocURI that no device takes.
    case locURI = "omadm.lint-locuri"
    /// A property or list is asked for, which Windows answers with 406.
    case query = "omadm.lint-query"
    /// A command inside an Atomic that may not be there.
    case insideAtomic = "omadm.lint-inside-atomic"
    /// A command outside an Atomic that has to be inside one.
    case atomicRequired = "omadm.lint-atomic-required"
    /// Add and Replace of one node in one Atomic.
    case addThenReplace = "omadm.lint-add-then-replace"
    /// Several installations in one Atomic.
    case severalInstallations = "omadm.lint-several-installations"
    /// A node that the CSP does not have.
    case unknownNode = "omadm.lint-unknown-node"
    /// A Meta Format other than the node's own.
    case format = "omadm.lint-format"
    /// A UniqueID other than 1 to 64 of letters, digits, `.`, `_` and `-`.
    case uniqueID = "omadm.lint-uniqueid"
    /// A node of the user's tree.
    case userScope = "omadm.lint-user-scope"

    // Values
    /// A node that has to be there is not, or is empty.
    case missingNode = "omadm.lint-missing-node"
    /// A number out of its range.
    case value = "omadm.lint-value"
    /// Enroll carries data, or is not the last of its Atomic.
    case enroll = "omadm.lint-enroll"
    /// A ServerURL that is none.
    case serverURL = "omadm.lint-server-url"
    /// A SubjectName that Windows cannot read.
    case subjectName = "omadm.lint-subject-name"
    /// SubjectAlternativeNames that cannot be read.
    case alternativeNames = "omadm.lint-alternative-names"
    /// Windows Hello for Business without its container, or with another key than RSA 2048.
    case windowsHello = "omadm.lint-windows-hello"
    /// A key or digest that is not safe any more.
    case weakAlgorithm = "omadm.lint-weak-algorithm"
    /// An encrypted PFX password without what belongs to it.
    case pfxPassword = "omadm.lint-pfx-password"

    // Trust
    /// A certificate whose node has another name than its thumbprint, or that is no certificate.
    case trustedCertificate = "omadm.lint-trusted-certificate"
    /// A certificate that comes behind the enrolment that needs it.
    case rootAfterEnrollment = "omadm.lint-root-after-enrollment"
    /// Renewal settings that contradict each other.
    case renewSettings = "omadm.lint-renew-settings"
}
