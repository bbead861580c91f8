// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// What a device told about a certificate it was to install.
///
/// The numbers and texts are those of the nodes Status, ErrorCode and CertThumbprint of `SCEP/{UniqueID}`, and Status
/// and Thumbprint of `PFXCertInstall/{UniqueID}`.
///
/// Source: Microsoft, ClientCertificateInstall CSP, SCEP/{UniqueID}/Status and PFXCertInstall/{UniqueID}/Status.
package struct InstallationReport: Sendable, Hashable, Codable {
    /// What the numbers say.
    package enum Claim: Sendable, Hashable {
        /// The device has nothing to say: not asked yet, or not begun.
        case nothing
        /// The device waits for the authority.
        case pending
        /// The certificate is in place.
        case installed
        /// It is not, for the reason with this HRESULT where one was told.
        case failed(Int32?)
        /// The device has nothing under the name.
        case absent
    }

    /// The node Status; `nil` when it was not told.
    package let status: Int?
    /// The node ErrorCode, an HRESULT; SCEP only.
    package let errorCode: Int32?
    /// SHA-1 of the certificate as the device shows it; `nil` when it was not told, empty when it shows none.
    package let thumbprint: String?
    /// Why it failed, in a sentence of whoever knows the device's numbers.
    package let reason: String?
    /// Whether the device said that it has no node of this name.
    package let isAbsent: Bool
    /// When it was told.
    package let at: Timestamp

    /// Takes a report as it came.
    ///
    /// - Parameters:
    ///   - status: the number.
    ///   - errorCode: the HRESULT, signed.
    ///   - thumbprint: 40 hexadecimal digits in any case, with or without spaces and colons. Text of another form is
    ///     kept, so that it is told as one that does not fit.
    ///   - reason: the sentence for ``CertificateInstallation/reason``.
    ///   - moment: when it was told.
    package init(
        status: Int?, errorCode: Int32? = nil, thumbprint: String? = nil, reason: String? = nil, at moment: Timestamp
    ) {
        self.status = status
        self.errorCode = errorCode
        self.thumbprint = thumbprint.map(Self.canonical)
        self.reason = reason
        isAbsent = false
        at = moment
    }

    private init(absentAt moment: Timestamp) {
        (status, errorCode, thumbprint, reason) = (nil, nil, nil, nil)
        isAbsent = true
        at = moment
    }

    /// The report of a device that has no node of the name: it was removed there, or the device was set up anew.
    package static func absent(at moment: Timestamp) -> InstallationReport { InstallationReport(absentAt: moment) }

    /// What the report says about a certificate of this kind.
    package func claim(of kind: CertificateInstallation.Kind) -> Claim {
        guard let status else { return isAbsent ? .absent : .nothing }
        switch (kind, status) {
        case (.scep, 1): return .installed
        case (.scep, 2): return .pending
        case (.scep, 16): return .failed(errorCode)
        // 32 is the documented "unknown"; a number of a later version says nothing either.
        case (.scep, _): return .nothing
        case (.pfx, 0): return .installed
        case (.pfx, _): return .failed(Int32(exactly: status) ?? UInt32(exactly: status).map(Int32.init(bitPattern:)))
        }
    }

    /// Lower-case digits without separators, at most so many that a longer text stays recognisable.
    private static func canonical(_ text: String) -> String {
        String(text.lowercased().filter { $0 != " " && $0 != ":" }.prefix(longest))
    }

    /// Twice a SHA-1 in digits, so that nothing longer can look like one.
    private static let longest = 80
}
