// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import SCEP

/// A SCEP server as it presented itself: where it answers, what it can do, which certificates it has.
struct SCEPAuthority {
    /// Where it answered, with `/pkiclient.exe` when that form did.
    let server: SCEPInstallation.Server
    let capabilities: CACapabilities
    let certificates: [CertificateView]

    /// Asks a server for both.
    ///
    /// Windows appends `/pkiclient.exe`; a server that does not know that form is asked without.
    ///
    /// - Throws: ``SCEPAttempt/Ending/unreachable(_:detail:)`` with the result of the transport, of an HTTP status, or
    ///   of an answer that is not SCEP.
    init(asking url: String, by enroller: SCEPEnroller) async throws(SCEPAttempt.Ending) {
        let suffix = "/pkiclient.exe"
        var address = url.lowercased().hasSuffix(suffix) ? url : url.trimmingSlash + suffix
        var answer = try await Self.get(address, "GetCACaps", enroller)
        if answer.status == 404 || answer.status == 405, address != url {
            address = url
            answer = try await Self.get(address, "GetCACaps", enroller)
        }
        guard answer.status == 200 else { throw .unreachable(.http(answer.status)) }
        capabilities = CACapabilities(parsing: answer.body)
        server = SCEPInstallation.Server(url: address, isGetOnly: !capabilities.usesPost)
        answer = try await Self.get(address, "GetCACert", enroller)
        guard answer.status == 200 else { throw .unreachable(.http(answer.status)) }
        do throws(SCEPError) {
            certificates = try CACertificates(parsing: answer.body).certificates
        } catch {
            throw .unreachable(.invalidServerResponse, detail: "\(error)")
        }
    }

    /// The certificates that the one with the thumbprint vouches for, itself among them.
    ///
    /// The thumbprint says nothing about the others: one counts when a certificate that counts signed it, or was signed
    /// by it.
    ///
    /// - Throws: ``HResult/hashMismatch`` when none has the thumbprint.
    func vouched(by thumbprint: Thumbprint?) throws(HResult) -> CACertificates {
        guard let thumbprint, let named = certificates.first(where: { Thumbprint(of: $0.encoded) == thumbprint }),
            let vouched = try? CACertificates(certificates).vouched(by: named)
        else { throw .hashMismatch }
        return vouched
    }

    private static func get(
        _ url: String, _ operation: String, _ enroller: SCEPEnroller
    ) async throws(SCEPAttempt.Ending) -> AgentResponse {
        let query = (url.contains("?") ? "&" : "?") + "operation=\(operation)&message=default"
        do throws(TransportFailure) {
            return try await enroller.transport.send(enroller.request(url + query))
        } catch {
            throw SCEPAttempt.ending(error)
        }
    }
}

extension String {
    fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
