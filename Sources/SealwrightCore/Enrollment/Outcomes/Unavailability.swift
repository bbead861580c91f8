// SPDX-License-Identifier: Apache-2.0

import CryptoProvider

/// Why no decision or certificate could be given now, though the request may be fine: our fault, worth a retry.
///
/// An endpoint answers it with the transport's own "try later", for HTTP 503 with Retry-After.
package enum Unavailability: Error, Hashable, Sendable {
    /// More work waits for the keys than may wait.
    case overloaded
    /// The store does not take or give data.
    case store(StoreError)
    /// The key could not sign.
    case signing(code: String)
    /// The signature that the key made does not verify; nothing was handed out.
    case signatureWrong
    /// The clock is plainly wrong, and so would the certificate's dates be.
    case clock(ClockFault)
    /// Several random serial numbers in a row were taken.
    case serialNumbersTaken

    /// What a failed key operation means here.
    init(_ error: CryptoError) {
        if case .overloaded = error { self = .overloaded } else { self = .signing(code: error.code) }
    }

    /// The stable code.
    package var code: String {
        switch self {
        case .overloaded: "issuance.overloaded"
        case .store: "issuance.store-unavailable"
        case .signing: "issuance.signing-failed"
        case .signatureWrong: "issuance.signature-wrong"
        case .clock(let fault): fault.code
        case .serialNumbersTaken: "issuance.serial-numbers-taken"
        }
    }
}

extension Unavailability: CustomStringConvertible {
    /// One sentence for people.
    package var description: String {
        switch self {
        case .overloaded: "too much work is waiting for the signing keys"
        case .store(let error): "the store failed: \(error)"
        case .signing(let code): "the authority's key could not sign (\(code))"
        case .signatureWrong: "the authority's key made a signature that does not verify"
        case .clock(let fault): "\(fault)"
        case .serialNumbersTaken: "no free serial number was found"
        }
    }
}
