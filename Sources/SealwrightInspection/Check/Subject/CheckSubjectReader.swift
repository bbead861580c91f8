// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Reads a file of any form into something to check.
///
/// Bounded: whatever the octets are, the end is a subject or an obstacle.
package struct CheckSubjectReader: Sendable {
    private let password: [UInt8]?
    private let limits: PKCS12Limits

    /// - Parameters:
    ///   - password: opens encrypted private keys and PKCS#12, UTF-8.
    ///   - seconds: the time that a file may take.
    package init(password: [UInt8]? = nil, seconds: Int = 10) {
        self.password = password
        self.limits = .administrators(within: seconds)
    }

    /// Octets of the largest file that is looked at.
    package static let limit = 16 << 20

    /// Reads a file.
    ///
    /// - Throws: ``CheckObstacle`` when there is no certificate to judge.
    package func read(_ octets: [UInt8], name: String, uri: String) throws(CheckObstacle) -> CheckSubject {
        guard octets.contains(where: { $0 > 0x20 }) else { throw CheckObstacle(.unreadable, "the file is empty") }
        let contents = try contents(of: octets)
        guard let leaf = contents.leaf else {
            throw CheckObstacle(.noCertificate, "the file holds \(contents.description) and no certificate")
        }
        let facts = FileFacts(
            form: contents.form, key: contents.keyState(for: leaf), protection: contents.protection,
            isLegacy: contents.isLegacy, isPasswordWrong: contents.isPasswordWrong)
        return CheckSubject(
            name: name, uri: uri, origin: .file(facts), leaf: leaf, presented: contents.certificates,
            friendlyName: contents.friendlyName)
    }

    private func contents(of octets: [UInt8]) throws(CheckObstacle) -> FileContents {
        let structure = InputStructure(octets)
        if structure?.isPKCS12 == true { return try pkcs12(octets) }
        do throws(FormatError) {
            if structure?.type != nil {
                return try FileContents(
                    blocks: [PEMBlock(label: "", der: octets)], password: password, limits: limits)
            }
            return try FileContents(blocks: PEM.sniff(octets), password: password, limits: limits)
        } catch {
            throw CheckObstacle(.unreadable, "no certificate in PEM, DER, PKCS#7 or PKCS#12: \(error)")
        }
    }

    /// Whether a limit is as low as it is because of the time that is left.
    private func isOfTime(_ limit: Int) -> Bool {
        limits != .administrators && (limit == limits.iterations || limit == limits.totalIterations)
    }

    /// A PKCS#12 without its password, or with another one, is told apart from a broken file.
    private func pkcs12(_ octets: [UInt8]) throws(CheckObstacle) -> FileContents {
        do throws(FormatError) {
            let protections = try PFX(parsing: octets).parts.compactMap(\.protection)
            let bundle = try CertificateBundle(reading: octets, password: password, limits: limits)
            return FileContents(bundle, protections: protections)
        } catch .passwordNeeded {
            throw CheckObstacle(.wrongPassword, "the file is protected and no password was given")
        } catch .passwordWrong {
            throw CheckObstacle(.wrongPassword, "the password does not open the file")
        } catch .missing {
            throw CheckObstacle(.noCertificate, "the PKCS#12 holds no certificate")
        } catch .limitExceeded(let what, let limit) where isOfTime(limit) {
            throw CheckObstacle(.unreadable, "\(what) are over \(limit); a longer `--timeout` allows more")
        } catch {
            throw CheckObstacle(.unreadable, "not a readable PKCS#12: \(error)")
        }
    }
}
