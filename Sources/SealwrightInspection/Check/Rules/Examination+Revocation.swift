// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import TrustEvaluation

// Row "Revocation".
extension Examination {
    var revocationObservation: Observation {
        var seen = Observation(revocationSentence)
        noteDenied(&seen)
        for finding in decision.findings { noteRevocation(finding, &seen) }
        noteFetching(&seen)
        if leaf.isSelfIssued, purpose != .authority {
            seen.breaks(.cannotBeRevoked, "it is self-signed; only a deny list can take it out of use")
        } else {
            notePointers(&seen)
        }
        noteStaple(&seen)
        return seen
    }

    private var revocationSentence: String {
        let sources = lists.isEmpty && subject.fetched.isEmpty ? "not asked" : "not revoked"
        let pointers = [
            leaf.crlDistributionPoints.map { _ in "CRL" },
            leaf.authorityInformationAccess?.ocspURIs.isEmpty == false ? "OCSP" : nil,
        ].compactMap { $0 }
        return pointers.isEmpty ? sources : "\(sources); it names \(Printable.list(pointers))"
    }

    private func noteDenied(_ seen: inout Observation) {
        for certificate in path {
            guard let entry = settings.denyList.entry(of: certificate) else { continue }
            let who = certificate == leaf ? "" : "the authority '\(certificate.subject)': "
            seen.breaks(.denied, "\(who)the deny list has \(entry)")
        }
    }

    private func noteRevocation(_ finding: TrustFinding, _ seen: inout Observation) {
        switch finding.code {
        case .revoked: seen.breaks(.revoked, finding.evidence)
        case .revocationStale, .revocationUnusable: seen.breaks(.revocationStale, finding.evidence)
        case .revocationUnknown:
            // Without a CRL or answer at hand nobody asked.
            guard !lists.isEmpty else { return }
            seen.breaks(.revocationUnknown, finding.evidence)
        default: break
        }
    }

    private func noteFetching(_ seen: inout Observation) {
        for resource in subject.fetched where resource.kind != .issuer {
            switch resource.outcome {
            case .failure(let obstacle): seen.breaks(.pointerUnreachable, "\(resource.url): \(obstacle.evidence)")
            case .success(let octets):
                guard let reason = unreadable(resource.kind, octets) else { continue }
                seen.breaks(.pointerUnreachable, "\(resource.url): no readable \(resource.kind.rawValue): \(reason)")
            }
        }
    }

    private func unreadable(_ kind: FetchedResource.Kind, _ octets: [UInt8]) -> String? {
        do throws(FormatError) {
            switch kind {
            case .crl: _ = try CertificateList(parsing: octets)
            case .ocsp: _ = try OCSPResponse(parsing: octets)
            case .issuer: break
            }
            return nil
        } catch {
            return error.description
        }
    }

    private func notePointers(_ seen: inout Observation) {
        let hasCRL = leaf.crlDistributionPoints?.points.isEmpty == false
        let hasOCSP = leaf.authorityInformationAccess?.ocspURIs.isEmpty == false
        if !hasCRL, !hasOCSP, !leaf.hasOCSPNoCheck, purpose != .authority {
            seen.breaks(.noPointer, "neither CRL distribution points nor an OCSP URL")
        }
    }

    private func noteStaple(_ seen: inout Observation) {
        guard case .endpoint(let endpoint) = subject.origin, leaf.tlsFeature?.features.contains(5) == true,
            endpoint.hasStaple != true
        else { return }
        guard endpoint.hasStaple == false else {
            seen.evidence += "; must-staple is not judged, since the server's certificate message could not be read"
            return
        }
        seen.breaks(.stapleMissing, "the certificate says must-staple, and the handshake held no OCSP response")
    }
}
