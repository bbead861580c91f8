// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import Testing
import TrustEvaluation

@Suite("RFC 5280 section 6.3: CRLs")
struct RevocationTests {
    private let root: Authority
    private let issuing: Authority
    private let leaf: CertificateView

    init() throws {
        root = try Authority()
        issuing = try root.subordinate()
        leaf = try issuing.issue()
    }

    private func decide(
        _ lists: [RevocationList], _ mode: RevocationSettings.Mode = .required,
        scope: RevocationSettings.Scope = .path, leaf: CertificateView? = nil, extra: [CertificateView] = []
    ) -> TrustDecision {
        TrustEvaluationTests.decide(
            leaf ?? self.leaf, through: [issuing.certificate] + extra, to: [root.certificate]
        ) { $0.revocation = RevocationSettings(mode: mode, scope: scope, lists: lists) }
    }

    @Test func `a leaf and an authority are found on the CRLs of their issuers`() throws {
        let clean = [try root.revocationList(), try issuing.revocationList()]
        #expect(decide(clean).isTrusted)
        let leafRevoked = [try root.revocationList(), try issuing.revocationList([leaf])]
        let decision = decide(leafRevoked)
        #expect(decision.errors == [.revoked] && decision.reason?.depth == 0)
        #expect(decision.reason?.evidence.contains("keyCompromise") == true)
        let authorityRevoked = [try root.revocationList([issuing.certificate]), try issuing.revocationList()]
        #expect(decide(authorityRevoked).reason?.depth == 1)
    }

    @Test func `what nothing tells is an error where it must be known and a warning elsewhere`() throws {
        #expect(decide([]).errors == [.revocationUnknown, .revocationUnknown])
        #expect(decide([try issuing.revocationList()], scope: .leaf).isTrusted)
        let decision = decide([try issuing.revocationList()], .ifAvailable)
        #expect(decision.isTrusted && decision.findings.map(\.code) == [.revocationUnknown])
        #expect(decide([], .off).findings.isEmpty)
    }

    @Test func `a CRL counts from thisUpdate to nextUpdate and not a second longer`() throws {
        let now = Authority.now
        let exact = try issuing.revocationList(thisUpdate: now, nextUpdate: now)
        #expect(decide([exact], scope: .leaf).isTrusted)
        let stale = try issuing.revocationList(nextUpdate: now.adding(seconds: -1))
        #expect(decide([stale], scope: .leaf).errors == [.revocationStale])
        #expect(decide([stale], .ifAvailable, scope: .leaf).errors == [.revocationStale])
        let early = try issuing.revocationList(thisUpdate: now.adding(seconds: 1))
        #expect(decide([early], scope: .leaf).errors == [.revocationUnusable])
    }

    @Test func `a CRL that another key signed is no CRL`() throws {
        let impostor = try Authority(root: "CN=Issuing")
        #expect(decide([try impostor.revocationList()], scope: .leaf).errors == [.revocationUnusable])
    }

    @Test func `each CRL has a verdict of its own, however alike they are`() throws {
        let good = try issuing.revocationList()
        var octets = Array(good.list.encoded)
        octets[octets.count - 1] ^= 1
        let bad = try RevocationList(parsing: octets)
        #expect(decide([bad], scope: .leaf).errors == [.revocationUnusable])
        #expect(decide([bad, good], scope: .leaf).isTrusted)
        #expect(decide([good, bad], scope: .leaf).isTrusted)
        let work = decide([bad, bad, good, good], scope: .leaf).work
        #expect(work.signatures == 4, "two of the path, one for each CRL")
    }

    @Test func `an authority without cRLSign signs no CRL`() throws {
        let draft = Authority.Draft(Authority.authorityExtensions(usage: [.keyCertSign]))
        let mute = try root.subordinate("CN=Mute", draft)
        let decision = TrustEvaluationTests.decide(
            try mute.issue(), through: [mute.certificate], to: [root.certificate]
        ) {
            $0.revocation = RevocationSettings(
                mode: .required, scope: .leaf, lists: (try? [mute.revocationList()]) ?? [])
        }
        #expect(decision.errors == [.revocationUnusable])
    }

    @Test func `an authority may sign CRLs with another key of its name`() throws {
        let draft = Authority.Draft([KeyUsage.cRLSign.certificateExtension])
        let signer = try root.subordinate("CN=Issuing", draft)
        let lists = [try signer.revocationList([leaf]), try root.revocationList()]
        #expect(decide(lists, scope: .leaf, extra: [signer.certificate]).errors == [.revoked])
        #expect(decide(lists, scope: .leaf).errors == [.revocationUnusable])
    }

    @Test func `a delta takes certificates on and off the list`() throws {
        let base = try issuing.revocationList(number: 4)
        let delta = try issuing.revocationList([leaf], number: 5, base: 4)
        #expect(decide([base, delta], scope: .leaf).errors == [.revoked])
        let held = try issuing.revocationList([leaf], reason: .certificateHold, number: 4)
        let released = try issuing.revocationList([leaf], reason: .removeFromCRL, number: 5, base: 4)
        #expect(decide([held], scope: .leaf).errors == [.revoked])
        #expect(decide([held, released], scope: .leaf).isTrusted)
        let foreign = try issuing.revocationList([leaf], number: 9, base: 8)
        #expect(decide([base, foreign], scope: .leaf).isTrusted, "its base is newer than the full CRL")
        let ended = try issuing.revocationList(
            [leaf], reason: .removeFromCRL, number: 5, base: 4, nextUpdate: Authority.now.adding(seconds: -1))
        #expect(decide([held, ended], scope: .leaf).errors == [.revoked])
    }

    @Test func `a CRL for authorities says nothing about users`() throws {
        let forAuthorities = try issuing.revocationList(scope: IssuingDistributionPoint(onlyContainsCACerts: true))
        #expect(decide([forAuthorities], scope: .leaf).errors == [.revocationUnknown])
        let forUsers = try issuing.revocationList([leaf], scope: IssuingDistributionPoint(onlyContainsUserCerts: true))
        #expect(decide([forUsers], scope: .leaf).errors == [.revoked])
        let forAttributes = try issuing.revocationList(
            scope: IssuingDistributionPoint(onlyContainsAttributeCerts: true))
        #expect(decide([forAttributes], scope: .leaf).errors == [.revocationUnknown])
    }

    @Test func `reasons of several CRLs add up`() throws {
        let some = IssuingDistributionPoint(onlySomeReasons: [.keyCompromise, .cACompromise])
        let rest = IssuingDistributionPoint(onlySomeReasons: ReasonFlags.all.subtracting(.keyCompromise))
        let first = try issuing.revocationList(scope: some)
        #expect(decide([first], scope: .leaf).errors == [.revocationUnknown])
        #expect(decide([first, try issuing.revocationList(scope: rest)], scope: .leaf).isTrusted)
        let revoked = try issuing.revocationList([leaf], scope: rest)
        #expect(decide([first, revoked], scope: .leaf).errors == [.revoked])
    }

    @Test func `the newest CRL counts, whatever the order of the files`() throws {
        let older = try issuing.revocationList(number: 1, thisUpdate: Authority.now.adding(seconds: -7200))
        let newer = try issuing.revocationList([leaf], number: 2)
        #expect(decide([older, newer], scope: .leaf).errors == [.revoked])
        #expect(decide([newer, older], scope: .leaf).errors == [.revoked])
        let sameSecond = try issuing.revocationList(number: 1)
        #expect(decide([sameSecond, newer], scope: .leaf).errors == [.revoked])
        let released = try issuing.revocationList(number: 3, thisUpdate: Authority.now.adding(seconds: -60))
        #expect(decide([newer, released], scope: .leaf).isTrusted, "a hold that is over")
        let ended = try issuing.revocationList(
            number: 3, thisUpdate: Authority.now.adding(seconds: -60), nextUpdate: Authority.now.adding(seconds: -1))
        #expect(decide([newer, ended], scope: .leaf).errors == [.revoked], "what cannot be used replaces nothing")
    }

    @Test func `a revocation in a CRL of another scope outweighs a good one`() throws {
        let good = try issuing.revocationList()
        let forUsers = IssuingDistributionPoint(onlyContainsUserCerts: true)
        let revoked = try issuing.revocationList([leaf], scope: forUsers)
        #expect(decide([good, revoked], scope: .leaf).errors == [.revoked])
        #expect(decide([revoked, good], scope: .leaf).errors == [.revoked])
    }

    @Test func `a part is about the certificates that name it`() throws {
        let point = CRLDistributionPoints(uris: ["http://a.test/1.crl"]).certificateExtension
        let named = try issuing.issue("CN=leaf", Authority.Draft([point]))
        let own = try issuing.revocationList([named], scope: IssuingDistributionPoint(uri: "http://a.test/1.crl"))
        let other = try issuing.revocationList(scope: IssuingDistributionPoint(uri: "http://a.test/2.crl"))
        #expect(decide([other], scope: .leaf, leaf: named).errors == [.revocationUnknown])
        #expect(decide([other, own], scope: .leaf, leaf: named).errors == [.revoked])
    }

    @Test func `every line of a long list is found, and nothing else`() throws {
        var serials: [SerialNumber] = []
        for index in 0..<20_000 {
            serials.append(SerialNumber(octets: [0x40, UInt8(index >> 8), UInt8(index & 0xFF)]))
        }
        let lines = serials.map {
            RevokedCertificate(serialNumber: $0, revocationDate: Authority.now, reason: .superseded)
        }
        let algorithm = issuing.key.defaultSignatureAlgorithm
        let tbs = TBSCertList(
            signature: algorithm, issuer: issuing.certificate.subject, thisUpdate: Authority.now,
            nextUpdate: Authority.now, revokedCertificates: RevokedCertificateList(lines), crlNumber: CRLNumber(1),
            authorityKeyIdentifier: AuthorityKeyIdentifier(keyIdentifier: [1])
        ).derBytes
        let list = try RevocationList(
            parsing: TBSCertList.certificateList(tbs: tbs, signature: [0], algorithm: algorithm))
        let issuer = issuing.certificate.subject
        for serial in serials {
            #expect(list.entry(for: serial, issuer: issuer)?.reason == .superseded)
        }
        #expect(list.entry(for: SerialNumber(octets: [0x41, 0, 0]), issuer: issuer) == nil)
        #expect(
            list.entry(for: SerialNumber(octets: [0, 0x40, 0, 0]), issuer: issuer) != nil, "padding is no difference"
        )
        #expect(list.entry(for: SerialNumber(octets: [0x40, 0, 0]), issuer: root.certificate.subject) == nil)
    }

    @Test func `nobody revokes a pinned self-signed certificate, and that is said`() throws {
        let server = try Authority(root: "CN=self").certificate
        let decision = TrustEvaluationTests.decide(server, to: [server]) {
            $0.revocation = RevocationSettings(mode: .required)
        }
        #expect(decision.isTrusted && decision.findings.map(\.code) == [.revocationImpossible])
    }
}

@Suite("RFC 6960 section 3.2: OCSP responses")
struct OCSPTests {
    private let root: Authority
    private let leaf: CertificateView

    init() throws {
        root = try Authority()
        leaf = try root.issue()
    }

    @Test func `a responder that answers nothing is quoted`() throws {
        let refusal = try OCSPResponse(parsing: OCSPResponseStatus.unauthorized.errorResponse)
        let decision = decide([refusal])
        #expect(decision.errors == [.revocationUnknown])
        #expect(decision.reason?.evidence.contains("unauthorized") == true, "\(decision.findings)")
    }

    private func decide(_ responses: [OCSPResponse], lists: [RevocationList] = []) -> TrustDecision {
        TrustEvaluationTests.decide(leaf, to: [root.certificate]) {
            $0.revocation = RevocationSettings(mode: .required, lists: lists, responses: responses)
        }
    }

    private func signer(
        _ usages: [OID] = [.ocspSigning], _ more: [CertificateExtension] = [OCSPNoCheck().certificateExtension]
    ) throws -> Authority {
        try root.subordinate("CN=Signer", Authority.Draft([ExtendedKeyUsage(usages).certificateExtension] + more))
    }

    @Test func `the issuer and a signer it named are believed`() throws {
        #expect(decide([try root.response(about: leaf, .good)]).isTrusted)
        #expect(decide([try root.response(about: leaf, .good, by: try signer())]).isTrusted)
        let revoked = try root.response(about: leaf, .revoked(at: Authority.now, reason: .superseded))
        #expect(decide([revoked]).errors == [.revoked])
        #expect(decide([try root.response(about: leaf, .unknown)]).errors == [.revocationUnknown])
    }

    @Test func `others are not believed`() throws {
        let wrongPurpose = try root.response(about: leaf, .good, by: try signer([.serverAuth]))
        #expect(decide([wrongPurpose]).errors == [.revocationUnusable])
        let stranger = try Authority(root: "CN=Signer")
        #expect(decide([try root.response(about: leaf, .good, by: stranger)]).errors == [.revocationUnusable])
        let other = try root.issue("CN=other")
        #expect(decide([try root.response(about: other, .good)]).errors == [.revocationUnknown])
    }

    @Test func `a revoked signer is not believed unless its issuer said not to look`() throws {
        let checked = try signer([.ocspSigning], [])
        let lists = [try root.revocationList([checked.certificate])]
        let decision = decide(
            [try root.response(about: leaf, .revoked(at: Authority.now, reason: nil), by: checked)], lists: lists)
        #expect(decision.isTrusted, "the CRL says good and the response is void")
        let unchecked = try signer()
        #expect(decide([try root.response(about: leaf, .good, by: unchecked)]).isTrusted)
    }

    @Test(arguments: [true, false])
    func `the constraints of an issuer bind the signer of its answers`(isOutside: Bool) throws {
        let subtree = GeneralName.directoryName(try DistinguishedName(rfc4514: "O=Here"))
        let constraints = NameConstraints(permitted: [subtree], excluded: []).certificateExtension
        let issuing = try root.subordinate("O=Here", Authority.Draft(Authority.authorityExtensions() + [constraints]))
        let leaf = try issuing.issue("CN=leaf,O=Here")
        let usages = [ExtendedKeyUsage([.ocspSigning]).certificateExtension, OCSPNoCheck().certificateExtension]
        let signer = try issuing.subordinate("CN=Signer,O=\(isOutside ? "Elsewhere" : "Here")", .init(usages))
        let response = try issuing.response(about: leaf, .good, by: signer)
        let decision = TrustEvaluationTests.decide(
            leaf, through: [issuing.certificate], to: [root.certificate]
        ) { $0.revocation = RevocationSettings(mode: .required, scope: .leaf, responses: [response]) }
        #expect(decision.errors == (isOutside ? [.revocationUnusable] : []), "\(decision.findings)")
    }

    @Test func `an answer counts from thisUpdate to nextUpdate`() throws {
        let now = Authority.now
        let stale = try root.response(about: leaf, .good, nextUpdate: now.adding(seconds: -1))
        #expect(decide([stale]).errors == [.revocationStale])
        let early = try root.response(about: leaf, .good, thisUpdate: now.adding(seconds: 1))
        #expect(decide([early]).errors == [.revocationUnusable])
        let old = try root.response(about: leaf, .good, thisUpdate: now.adding(seconds: -90_000), nextUpdate: nil)
        #expect(decide([old]).errors == [.revocationStale])
    }

    @Test func `a revocation anywhere outweighs a good answer`() throws {
        let good = try root.response(about: leaf, .good)
        #expect(decide([good], lists: [try root.revocationList([leaf])]).errors == [.revoked])
    }
}
