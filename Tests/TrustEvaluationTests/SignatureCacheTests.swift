// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing
import TrustEvaluation

@Suite("The signature cache")
struct SignatureCacheTests {
    @Test func `a signature is calculated once`() throws {
        let root = try Authority()
        let issuing = try root.subordinate()
        let cache = SignatureCache()
        let ask = { (leaf: CertificateView) in
            decide(leaf, through: [issuing.certificate], to: [root.certificate]) { $0.signatures = cache }
        }
        let first = ask(try issuing.issue())
        #expect(first.work.signatures == 2 && first.work.rememberedSignatures == 0)
        let second = ask(try issuing.issue())
        #expect(second.work.signatures == 1 && second.work.rememberedSignatures == 1)
        cache.removeAll()
        #expect(ask(try issuing.issue()).work.signatures == 2)
    }

    @Test func `failures are not remembered and validity is judged anew`() throws {
        let root = try Authority()
        let leaf = try root.issue()
        let cache = SignatureCache()
        #expect(!decide(leaf, to: [try Authority().certificate]) { $0.signatures = cache }.isTrusted)
        #expect(cache.count == 0)
        #expect(decide(leaf, to: [root.certificate]) { $0.signatures = cache }.isTrusted)
        let later = decide(leaf, to: [root.certificate]) {
            $0.signatures = cache
            $0.time = Authority.now.adding(seconds: 999_999)
        }
        #expect(later.errors.contains(.expired) && later.work.rememberedSignatures == 1)
    }

    @Test func `it never holds more than two generations`() throws {
        let root = try Authority()
        let cache = SignatureCache(capacity: 3)
        for _ in 0..<20 {
            #expect(decide(try root.issue(), to: [root.certificate]) { $0.signatures = cache }.isTrusted)
            #expect(cache.count <= 6)
        }
    }
}
