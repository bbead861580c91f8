// SPDX-License-Identifier: Apache-2.0

import SealwrightCommandLine
import SealwrightInspection
import SealwrightServer

/// The certificates an installation holds, devices' and its own.
struct HeldCertificates {
    let client: AdministrationClient

    /// Those that are valid by the installation's own books: what ended or was revoked needs no check.
    func targets() async throws(CommandFailure) -> [CheckTarget] {
        var targets: [CheckTarget] = []
        var cursor: String?
        repeat {
            let page: ListDocument<CertificateDocument> = try await client.get(
                "certificates",
                [("owner", "all"), ("status", "valid"), ("pem", "true"), ("limit", "1000"), ("after", cursor)])
            targets += page.items.compactMap { item in item.pem.map { .held(serial: item.serial, pem: $0) } }
            cursor = page.next
            if cursor != nil { Terminal.progress("\(targets.count) certificates read …") }
        } while cursor != nil
        Terminal.progressDone()
        return targets
    }
}
