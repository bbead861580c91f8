// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// Turns what is known about a certificate on a device into the next record of it.
///
/// Pure: the same record and the same evidence give the same record, so evidence may come twice, late and in any order.
/// Within a generation stages only go forward. Two steps are taken although something was settled: a device that shows
/// the issued certificate after all has it, and one that shows another in its place has not.
package struct CertificateInstallationTruth: Sendable {
    /// When renewals are due.
    package let spread: RenewalSpread

    package init(spread: RenewalSpread = RenewalSpread()) { self.spread = spread }

    /// The record after the device took the order.
    package func delivered(_ installation: CertificateInstallation, at moment: Timestamp) -> CertificateInstallation {
        var next = installation
        if next.deliveredAt == nil { next.deliveredAt = moment }
        return next
    }

    /// The record after the device refused the order, or it was given up.
    ///
    /// What was settled before stays as it is.
    package func undelivered(
        _ installation: CertificateInstallation, because reason: String, at moment: Timestamp
    ) -> CertificateInstallation {
        guard !installation.stage.isSettled else { return installation }
        return failed(installation, because: reason, errorCode: nil, at: moment)
    }

    /// The record after the device gave up what it had, and will not come back for it.
    package func withdrawn(
        _ installation: CertificateInstallation, because reason: String, at moment: Timestamp
    ) -> CertificateInstallation {
        var next = failed(installation, because: reason, errorCode: nil, at: moment)
        next.renewAt = nil
        next.previousCredential = nil
        next.previousThumbprint = nil
        return next
    }

    /// The record after the device took the certificate away, as it was told to.
    package func removed(_ installation: CertificateInstallation, at moment: Timestamp) -> CertificateInstallation {
        guard !installation.isRemoved else { return installation }
        var next = installation
        (next.failedAt, next.errorCode, next.reason) = (moment, nil, "taken off the device by order")
        (next.isRemoved, next.renewAt) = (true, nil)
        (next.previousCredential, next.previousThumbprint) = (nil, nil)
        return next
    }

    /// The record after a look at the authority's own records and, if there is one, at a report of the device.
    ///
    /// Read the authority's records after the report came: what a device has installed was issued before.
    ///
    /// - Parameters:
    ///   - installation: the record as it is.
    ///   - enrollment: the enrolment that used the installation's challenge; any other is disregarded.
    ///   - credential: the certificate of that enrolment; any other is disregarded.
    ///   - report: what the device told.
    /// - Returns: the record as it is to be stored; the same when nothing new was told.
    package func next(
        _ installation: CertificateInstallation, enrollment: Enrollment?, credential: Credential?,
        report: InstallationReport? = nil
    ) -> CertificateInstallation {
        var next = installation
        if let enrollment, let challenge = next.challenge, enrollment.challenge == challenge {
            next = requested(next, by: enrollment)
            if let credential, enrollment.credential == credential.id { next = next.issued(credential) }
        }
        if let report { next = told(next, report, certificate: credential) }
        return settled(next, at: report?.at, certificate: credential)
    }
}

// MARK: - The authority's word

extension CertificateInstallationTruth {
    private func requested(_ installation: CertificateInstallation, by enrollment: Enrollment)
        -> CertificateInstallation
    {
        var next = installation
        // What counted as failed, taken back for instance, was carried out all the same.
        if next.isGivenUp, let failedAt = next.failedAt, enrollment.createdAt >= failedAt {
            (next.failedAt, next.errorCode, next.reason) = (nil, nil, nil)
        }
        if next.requestedAt == nil { next.requestedAt = enrollment.createdAt }
        // The request proves that the order arrived, even when the answer to it was lost.
        if next.deliveredAt == nil { next.deliveredAt = enrollment.createdAt }
        guard let refusal = enrollment.refusal, next.thumbprint == nil else { return next }
        // The authority knows why; the device only that.
        next.failedAt = next.failedAt ?? enrollment.updatedAt
        next.reason = refusal
        return next
    }
}

extension Enrollment {
    /// Why there will be no certificate, in a sentence; `nil` while there may be one.
    fileprivate var refusal: String? {
        let code = reason.map { " (\($0))" } ?? ""
        return switch state {
        case .denied: "the authority denied the request\(code)"
        case .failed: "the authority could not issue the certificate\(code)"
        case .pending, .approved, .issuing, .issued: nil
        }
    }
}

// MARK: - The device's word

extension CertificateInstallationTruth {
    private func told(
        _ installation: CertificateInstallation, _ report: InstallationReport, certificate: Credential?
    ) -> CertificateInstallation {
        switch report.claim(of: installation.kind) {
        case .nothing, .pending: return installation
        case .failed(let errorCode):
            // Before the order arrived the device speaks of an earlier one.
            guard installation.isKnownToDevice, installation.stage != .installed else { return installation }
            let reason = report.reason ?? Self.sentence(of: errorCode)
            return failed(installation, because: reason, errorCode: errorCode, at: report.at)
        case .installed: return shown(installation, report, certificate: certificate)
        case .absent:
            guard isMissed(installation, at: report.at) else { return installation }
            return withdrawn(
                installation, because: "the device has nothing under this name any more", at: report.at)
        }
    }

    /// Whether a device that has nothing under the name should have something.
    ///
    /// Before the order arrived there is nothing to be missed, and what failed has its reason already. A device that was
    /// given an order lately may not have written down yet how far it is.
    private func isMissed(_ installation: CertificateInstallation, at moment: Timestamp) -> Bool {
        switch installation.stage {
        case .ordered, .failed, .removed: return false
        case .installed, .mismatched: return true
        case .delivered, .requested, .issued:
            guard let known = installation.deliveredAt ?? installation.requestedAt else { return false }
            return moment.seconds(since: known) > Self.patience
        }
    }

    /// Seconds that a device has from an order to a word about it.
    private static let patience: Int64 = 86_400

    private func shown(
        _ installation: CertificateInstallation, _ report: InstallationReport, certificate: Credential?
    ) -> CertificateInstallation {
        guard let thumbprint = report.thumbprint, isAboutThisGeneration(thumbprint, installation) else {
            return installation
        }
        // A device shows no thumbprint once a certificate has ended. That is no mismatch but its end.
        let isOver = certificate.map { $0.notAfter < report.at } ?? false
        if thumbprint.isEmpty, isOver, installation.stage == .installed { return installation }
        var next = installation
        next.thumbprint = thumbprint
        next.failedAt = nil
        next.isRemoved = false
        next.errorCode = nil
        if next.deliveredAt == nil { next.deliveredAt = report.at }
        let fits = thumbprint == next.issuedThumbprint
        if fits, next.installedAt == nil { next.installedAt = report.at }
        next.reason = fits ? nil : Self.mismatch(of: next)
        return next
    }

    /// Whether the device can be speaking of this generation.
    ///
    /// Until the new order is carried out a device goes on to show what it has.
    private func isAboutThisGeneration(_ thumbprint: String, _ installation: CertificateInstallation) -> Bool {
        if thumbprint == installation.issuedThumbprint { return true }
        return installation.isKnownToDevice && (thumbprint.isEmpty || thumbprint != installation.previousThumbprint)
    }

    private func failed(
        _ installation: CertificateInstallation, because reason: String, errorCode: Int32?, at moment: Timestamp
    ) -> CertificateInstallation {
        guard installation.failedAt == nil else {
            var next = installation
            if next.errorCode == nil { next.errorCode = errorCode }
            return next
        }
        var next = installation
        next.failedAt = moment
        next.errorCode = errorCode
        next.reason = reason
        return next
    }

    private static func sentence(of errorCode: Int32?) -> String {
        guard let errorCode else { return "the device reported that the installation failed, and no reason" }
        return "the device reported that the installation failed with \(Hex.result(UInt32(bitPattern: errorCode)))"
    }

    private static func mismatch(of installation: CertificateInstallation) -> String {
        guard let shown = installation.thumbprint, !shown.isEmpty else {
            return "the device says that it is installed, but shows no valid certificate: its chain is not trusted "
                + "there, its key is missing, or it has ended"
        }
        guard let issued = installation.issuedThumbprint else {
            return "the device shows the certificate \(shown), but none was issued for this order"
        }
        return "the device shows the certificate \(shown), but \(issued) was issued"
    }
}

// MARK: - The next generation

extension CertificateInstallationTruth {
    /// Completes the record of a certificate that is installed, and says when the next generation is due.
    ///
    /// The device's word may have come before the authority's record of the certificate was read.
    private func settled(
        _ installation: CertificateInstallation, at moment: Timestamp?, certificate: Credential?
    ) -> CertificateInstallation {
        guard installation.stage == .installed else { return installation }
        var next = installation
        next.reason = nil
        if next.installedAt == nil { next.installedAt = moment ?? next.issuedAt }
        if next.renewAt == nil, let certificate, certificate.id == next.credential {
            next.renewAt = spread.moment(
                notBefore: certificate.notBefore, notAfter: certificate.notAfter, device: next.device,
                uniqueID: next.uniqueID)
        }
        return next
    }

    /// The record of a renewal that failed, with the moment of the next try.
    ///
    /// A first generation that failed is left to people: nothing ends when it is not repeated.
    ///
    /// A record without a failure is returned as it is; `end` is when the certificate ends that the device has.
    package func retried(_ installation: CertificateInstallation, until end: Timestamp) -> CertificateInstallation {
        guard installation.renewAt == nil, installation.previousCredential != nil,
            let failedAt = installation.failedAt
        else { return installation }
        var next = installation
        next.renewAt = spread.retry(
            failedAt: failedAt, notAfter: end, device: installation.device, uniqueID: installation.uniqueID)
        return next
    }
}
