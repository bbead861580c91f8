// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// The answer that an enrolment came to nothing at: who gave it, and of what kind it was.
public struct EnrollmentAnswer: Hashable, Sendable {
    /// The service that was asked.
    public let service: MDEService
    /// Where.
    public let url: String
    /// The HTTP status.
    public let status: Int
    /// The Content-Type, cut off where it is long; `nil` when there was none.
    public let mediaType: String?
    /// Octets of the body.
    public let size: Int

    init(_ response: AgentResponse, of service: MDEService, at url: String) {
        self.service = service
        self.url = url
        status = response.status
        mediaType = response.mediaType.map { String($0.prefix(100)) }
        size = response.body.count
    }
}

extension EnrollmentAnswer: CustomStringConvertible {
    /// One clause for people.
    public var description: String {
        let kind = mediaType.map { " of type '\($0)'" } ?? ""
        return "\(service.rawValue) at \(url) answered with HTTP status \(status) and \(size) bytes\(kind)"
    }
}
