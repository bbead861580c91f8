// SPDX-License-Identifier: Apache-2.0

import Foundation
import PKIFormats
import SealwrightInspection

/// Brings one target to the point where its certificate can be judged, and judges it.
///
/// Whatever the target does, the end is a report.
struct TargetExaminer: Sendable {
    private let check: CertificateCheck
    private let names: [String]?
    private let password: [UInt8]?
    private let seconds: Int
    private let fetcher: ResourceFetcher?

    init(settings: CheckSettings, names: [String]?, password: [UInt8]?, seconds: Int, fetcher: ResourceFetcher?) {
        self.check = CertificateCheck(settings)
        self.names = names
        self.password = password
        self.seconds = seconds
        self.fetcher = fetcher
    }

    func report(on target: CheckTarget) async -> CheckReport {
        do throws(CheckObstacle) {
            var subject = try await target.subject(password: password, seconds: seconds, serverName: names?.first)
            subject.askedNames = names
            if let fetcher { subject.fetched = await fetcher.fetch(for: subject) }
            return check.report(on: subject)
        } catch {
            return check.report(on: target.name, uri: target.uri, obstacle: error, wasSearched: target.wasSearched)
        }
    }
}

extension CheckTarget {
    /// What it shows, not judged.
    ///
    /// - Parameters:
    ///   - password: opens encrypted private keys and PKCS#12.
    ///   - seconds: the time it may take.
    ///   - serverName: the name to ask a server for that is reached by its address.
    /// - Returns: the certificate with what was shown beside it.
    /// - Throws: ``CheckObstacle`` when there is no certificate to judge.
    func subject(
        password: [UInt8]?, seconds: Int, serverName: String? = nil
    ) async throws(CheckObstacle) -> CheckSubject {
        switch self {
        case .file(let path): return try file(path, password, seconds)
        case .found(let path):
            var subject = try file(path, password, seconds)
            if subject.leaf.isPlainAuthority { subject.purpose = .authority }
            return subject
        case .server(let host, let port, let startTLS):
            return try await LiveSubject(
                host: host, port: port, startTLS: startTLS, seconds: seconds, serverName: serverName
            ).subject(name: name, uri: uri)
        case .held(let certificate): return try certificate.subject(name: name, uri: uri)
        case .unusable(_, let obstacle): throw obstacle
        }
    }

    private func file(_ path: String, _ password: [UInt8]?, _ seconds: Int) throws(CheckObstacle) -> CheckSubject {
        let octets = try PatientFile(path).read(limit: CheckSubjectReader.limit, seconds: seconds)
        return try CheckSubjectReader(password: password, seconds: seconds).read(octets, name: name, uri: uri)
    }

    /// Whether nobody named it.
    fileprivate var wasSearched: Bool { if case .found = self { true } else { false } }
}

extension CertificateView {
    /// Whether nothing in it speaks of a server.
    fileprivate var isPlainAuthority: Bool {
        isCertificateAuthority && subjectAlternativeName == nil && extendedKeyUsage?.contains(.serverAuth) != true
    }
}
