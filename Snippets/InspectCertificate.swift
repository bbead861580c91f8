// Read a certificate and say who it is for.

import CryptoProvider
import Foundation
import PKIFormats

// snippet.hide
guard CommandLine.arguments.count > 1, let data = FileManager.default.contents(atPath: CommandLine.arguments[1]) else {
    print("usage: InspectCertificate FILE")
    exit(2)
}
// snippet.show

for block in try PEM.sniff(Array(data)) {
    let certificate = try CertificateView(parsing: block.der)
    print(certificate.subject.rfc4514)
    print("serial \(certificate.serialNumber.hex), until \(certificate.notAfter?.iso8601 ?? "unknown")")
    for finding in certificate.findings { print("note: \(finding)") }
}
