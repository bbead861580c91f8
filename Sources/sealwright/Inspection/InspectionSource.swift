// SPDX-License-Identifier: Apache-2.0

import SealwrightCommandLine
import SealwrightInspection
import SealwrightNetwork

/// Where something to inspect comes from: a file, standard input or a URL.
struct InspectionSource {
    private let text: String

    init(_ text: String) { self.text = text }

    func read() async throws(CommandFailure) -> [UInt8] {
        guard isURL else { return try InputFile.read(text, limit: InspectionLimits.octets) }
        var limits = HTTPClient.Limits()
        limits.bodyOctets = InspectionLimits.octets
        let response: HTTPResponse
        do {
            response = try await HTTPClient(limits: limits).send(HTTPRequest(url: try HTTPURL(text)))
        } catch {
            throw CommandFailure(.unavailable, code: error.code, error.description, hint: Self.hint(error))
        }
        guard response.status == 200 else {
            throw CommandFailure(
                response.status == 404 ? .notFound : .unavailable, code: "cli.url-status",
                "\(Printable.text(text, limit: 200)) answered with status \(response.status)")
        }
        return response.body
    }

    /// Who names a TLS server mostly means its certificate, and not what it serves.
    private static func hint(_ error: NetworkError) -> String? {
        guard case .tlsFailed = error else { return nil }
        return "'sealwright certificate view HOST:PORT' shows the certificate of a server, trusted or not"
    }

    private var isURL: Bool {
        let lowered = text.prefix(8).lowercased()
        return lowered.hasPrefix("http://") || lowered.hasPrefix("https://")
    }
}
