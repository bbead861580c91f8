// SPDX-License-Identifier: Apache-2.0

import CLibFuzzer
import Foundation
import PKIFormats
import SCEP

/// Feeds one parser with what the fuzzer invents: `FuzzParsers PARSER [libFuzzer flags] [corpus folder]`.
///
/// A crash becomes a file in `Fuzz/FailCases/` and a unit test.
@main
enum Main {
    /// Every parser that reads outside bytes. Results are thrown away: ending in a value or an error is the promise.
    nonisolated(unsafe) static let parsers: [String: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32] = [
        "certificate": { Main.feed($0, $1) { _ = try CertificateView(parsing: $0).findings } },
        "request": { Main.feed($0, $1) { _ = try CertificationRequest(parsing: $0).challengePassword } },
        "signed-data": { Main.feed($0, $1) { _ = try SignedData(parsing: $0).certificateViews } },
        "enveloped-data": { Main.feed($0, $1) { _ = try EnvelopedData(parsing: $0).cipher } },
        "private-key": { Main.feed($0, $1) { _ = try PrivateKeyInfo(parsing: $0) } },
        "crl": { Main.feed($0, $1) { _ = try CertificateList(parsing: $0).entries.count } },
        "ocsp-request": { Main.feed($0, $1) { _ = try OCSPRequest(parsing: $0) } },
        "ocsp-response": { Main.feed($0, $1) { _ = try OCSPResponse(parsing: $0) } },
        "pem": { Main.feed($0, $1) { _ = try PEM.sniff($0) } },
        "name": { Main.feed($0, $1) { _ = try DistinguishedName(text: String(decoding: $0, as: UTF8.self)).rfc4514 } },
        "scep-message": { Main.feed($0, $1) { _ = try PKIMessage(parsing: $0[...]) } },
        "scep-query": { Main.feed($0, $1) { _ = try GETMessage.decode(rawQuery: String(decoding: $0, as: UTF8.self)) } },
        "scep-ca": { Main.feed($0, $1) { _ = try CACertificates(parsing: $0) } },
    ]

    static func main() {
        var arguments = CommandLine.arguments
        guard arguments.count > 1, let callback = parsers[arguments[1]] else {
            print(parsers.keys.sorted().joined(separator: "\n"))
            return
        }
        arguments.remove(at: 1)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var count = Int32(arguments.count)
        pointers.withUnsafeMutableBufferPointer { buffer in
            var base = buffer.baseAddress
            _ = LLVMFuzzerRunDriver(&count, &base, callback)
        }
    }

    private static func feed(_ data: UnsafePointer<UInt8>?, _ size: Int, _ parse: ([UInt8]) throws -> Void) -> Int32 {
        try? parse(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
    }
}

/// The fuzzer's link step asks for this symbol; the driver is given its callback directly instead.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 { 0 }
