// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import PKIFormats
import SCEP
import SealwrightCore
import SealwrightEndpoints
import SealwrightNetwork

/// Looks for what will hurt later: a damaged store, weak opt-ins, keys some clients cannot use, ends that come near.
package struct Doctor: Sendable {
    /// How much a finding matters.
    package enum Severity: String, Codable, Sendable {
        case ok
        case advice
        case warning
        case failure
    }

    /// Something found, and what to do about it.
    package struct Finding: Codable, Sendable {
        package let severity: Severity
        package let topic: String
        package let message: String
        package let remedy: String?

        init(_ severity: Severity, _ topic: String, _ message: String, remedy: String? = nil) {
            self.severity = severity
            self.topic = topic
            self.message = message
            self.remedy = remedy
        }
    }

    /// What to say when only the folder could be looked at.
    package static func notRunning(_ folder: DataFolder) -> Finding {
        Finding(
            .warning, "server", "the server of \(folder.path) is not running; only its files were looked at",
            remedy: "'sealwright up --data \(folder.path)' starts it")
    }

    /// What to say when a folder cannot even be opened.
    package static func failure(_ error: ServerError) -> Finding {
        Finding(.failure, "data folder", "\(error.description) [\(error.code)]", remedy: error.hint)
    }

    private let middle: Middle
    private let isServing: Bool

    /// Looks at a server.
    ///
    /// - Parameters:
    ///   - middle: the server's.
    ///   - isServing: whether it listens; where it would listen is known to who starts it.
    package init(middle: Middle, isServing: Bool = true) {
        self.middle = middle
        self.isServing = isServing
    }

    /// Everything there is to say, worst first within each topic.
    package func findings() async -> [Finding] {
        await middle.inspector.inspect()
        let health = await middle.health()
        let (ends, waiting) = (await ends(), await waiting())
        return health.checks.map(finding) + folder() + keys() + shortened() + largeCRLs() + names() + places() + https()
            + ends + waiting + middle.configuration.endpoints.flatMap(endpoint)
    }

    private func finding(_ check: HealthReport.Check) -> Finding {
        let severity: Severity =
            switch check.outcome {
            case .ok: .ok
            case .warning: .warning
            case .failed: .failure
            }
        return Finding(
            severity, check.name, check.detail, remedy: check.code.flatMap { ErrorCatalog.entry($0)?.remedy })
    }

    private func folder() -> [Finding] {
        guard middle.folder.isOpenToWriting else { return [] }
        return [
            Finding(
                .warning, "data folder", "other users of this machine may write into \(middle.folder.path)",
                remedy: "'chmod 700 \(middle.folder.path)'")
        ]
    }

    /// Which client families a hierarchy leaves out.
    private func keys() -> [Finding] {
        middle.registry.all.flatMap { context -> [Finding] in
            var found: [Finding] = []
            let name = "authority \(context.id)"
            switch context.certificate.publicKey {
            case .rsa?: break
            case .ec?, .ed25519?, nil:
                found.append(
                    Finding(
                        .warning, name, "not an RSA key: some Windows, Apple, Cisco and Java SCEP clients fail with it",
                        remedy: "use an RSA hierarchy for SCEP, or keep those devices elsewhere"))
            }
            if context.authority.kind == .root, context.key != nil {
                found.append(
                    Finding(
                        .advice, name, "the root key is on this machine",
                        remedy:
                            "'sealwright ca root export --remove' takes it off; keep the file and its password apart"))
            }
            if context.certificate.keyUsage?.contains(.keyEncipherment) ?? false {
                found.append(
                    Finding(
                        .warning, name, "this CA's key is also its SCEP RA (--ra-key shared)",
                        remedy: "a separate RA keeps decryption away from the signing key"))
            }
            return found
        }
    }

    /// Octets of a CRL that every verifier fetches for one certificate, above which parts are advised.
    private static let largeCRL = 1 << 20

    private func largeCRLs() -> [Finding] {
        guard middle.configuration.crl.partitions < 2 else { return [] }
        return middle.registry.all.compactMap { context in
            guard context.authority.kind == .issuing, let crl = middle.crls.current(context.id),
                crl.der.count > Self.largeCRL
            else { return nil }
            return Finding(
                .advice, "crl \(context.id)", "every verifier fetches \(crl.der.count) bytes",
                remedy: "'crl.partitions: 16' lets new certificates name a sixteenth of it")
        }
    }

    private func names() -> [Finding] {
        middle.configuration.hosts.filter { !MachineNames.isReachableFromElsewhere($0) }.map {
            Finding(
                .warning, "host name", "\($0) stands in certificates, and other machines cannot reach it",
                remedy: "start with --host and the name devices use")
        }
    }

    /// Authorities whose certificates send devices for a CRL of ours to where this server is not.
    private func places() -> [Finding] {
        let configuration = middle.configuration
        guard isServing, configuration.httpPort != 0 else { return [] }
        let hosts = Set(configuration.hosts.map { $0.lowercased() })
        return middle.registry.all.compactMap { context in
            guard context.authority.status != .retired, let issuer = context.authority.issuer,
                let ours = try? HTTPURL(middle.publication.crlURL(issuer)),
                let elsewhere = Self.crlURLs(of: context).first(where: { url in
                    url.path == ours.path && (url.port != ours.port || !hosts.contains(url.host.lowercased()))
                })
            else { return nil }
            return Finding(
                .warning, "authority \(context.id)",
                "its certificate names \(elsewhere.host) port \(elsewhere.port) for the CRL of \(issuer), and this server "
                    + "is \(configuration.hosts.joined(separator: ", ")) port \(configuration.httpPort)",
                remedy: "let devices reach it there too, or replace the authority: 'sealwright ca rotate --stage'")
        }
    }

    private static func crlURLs(of context: AuthorityContext) -> [HTTPURL] {
        let points = context.certificate.crlDistributionPoints?.points ?? []
        return points.flatMap { point -> [HTTPURL] in
            guard case .fullName(let names) = point.name else { return [] }
            return names.compactMap { name in
                guard case .uri(let text) = name else { return nil }
                return try? HTTPURL(text)
            }
        }
    }

    /// How plain HTTP answers.
    private func https() -> [Finding] {
        if middle.configuration.requiresHTTPS, middle.httpsPolicy.mode != .required {
            return [
                Finding(
                    .warning, "https", "HTTPS is asked for by the settings, but devices use this server already",
                    remedy: "'sealwright change start https' stages it, so that no device is lost")
            ]
        }
        return [Finding(.ok, "https", middle.httpsPolicy.mode.rawValue)]
    }

    /// Certificates whose end comes near and that nobody renews by itself.
    private func ends() async -> [Finding] {
        let served = middle.serverCertificates.served.current?.choice
        if let chosen = try? await middle.store.serverSelection().active, let served, chosen != served {
            return [
                Finding(
                    .failure, "server certificate",
                    "\(chosen.rawValue) is chosen, but cannot be served; \(served.rawValue) is",
                    remedy: "restore its key from a backup, or 'sealwright server-certificate activate own'")
            ]
        }
        guard let all = try? await middle.radar.warnings() else { return [] }
        let foreign = all.filter { !$0.item.renewsItself && $0.item.kind != .issued }.map { item, stage in
            let severity: Severity = stage >= .critical ? .failure : .warning
            return Finding(
                isRetired(item) ? .advice : severity, "expiry",
                "\(item.name) ends at \(item.notAfter) (\(stage.rawValue))", remedy: remedy(item))
        }
        let issued = all.count { $0.item.kind == .issued }
        let devices =
            issued == 0
            ? []
            : [
                Finding(
                    .advice, "expiry", "\(issued) issued certificates come near their end",
                    remedy: "'sealwright expiry list' names them")
            ]
        let blind = ((try? await middle.radar.failures()) ?? []).map { watch, reason in
            Finding(
                .warning, "expiry", "\(watch.target) cannot be looked at: \(reason)",
                remedy: "make it reachable, or 'sealwright expiry watch remove \(watch.id)'")
        }
        return foreign + blind + devices
    }

    private func remedy(_ item: ExpiryItem) -> String {
        switch item.kind {
        case .server: "'sealwright server-certificate csr' begins the next one"
        case .authority: succession(of: AuthorityID(rawValue: item.name))
        case .issued, .service, .watched: "renew it where it comes from"
        }
    }

    private func isRetired(_ item: ExpiryItem) -> Bool {
        item.kind == .authority
            && middle.registry.context(AuthorityID(rawValue: item.name))?.authority.status == .retired
    }

    /// What to do about an authority that ends.
    private func succession(of id: AuthorityID) -> String {
        let otherRoot = "'sealwright ca csr' begins an issuing authority under another root"
        guard let context = middle.registry.context(id), context.authority.kind == .issuing else { return otherRoot }
        let authority = context.authority
        if authority.status == .retired { return "what devices still have of it, they renew at its successor" }
        guard let staged = middle.registry.staged() else {
            // Nothing outlives its issuer: under a root that ends soon too a successor would be as short.
            let above = middle.registry.chain(of: id).dropFirst().compactMap(\.certificate.notAfter)
            if let longest = above.max(), longest.seconds(since: middle.clock.now) < deviceLife { return otherRoot }
            return "'sealwright ca rotate --stage' prepares its successor, 'sealwright ca rotate' lets that issue"
        }
        return "'sealwright ca rotate' lets \(staged.id) issue"
    }

    /// Seconds that a device's certificate should live.
    private var deviceLife: Int64 {
        middle.configuration.profiles[CertificateProfile.device.name]?.validity.default ?? 0
    }

    /// An issuing authority so near its end that certificates are shorter than they should be.
    ///
    /// The radar speaks a month before the end only; by then a year's certificates have been short for most of a year.
    private func shortened() -> [Finding] {
        let now = middle.clock.now
        let life = deviceLife
        guard let issuing = middle.registry.issuing(), let end = issuing.certificate.notAfter, now < end,
            end.seconds(since: now) < life
        else { return [] }
        return [
            Finding(
                .warning, "authority \(issuing.id)",
                "it ends at \(end), and what it issues with it, which should live \(life / 86_400) days",
                remedy: succession(of: issuing.id))
        ]
    }

    /// The weaker things somebody switched on.
    private func endpoint(_ options: SCEPEndpointOptions) -> [Finding] {
        let topic = "scep \(options.configuration.id)"
        var found: [Finding] = []
        let settings = options.configuration.settings
        let weak =
            settings.ciphers.filter(\.isLegacy).map(\.rawValue) + settings.digests.filter(\.isLegacy).map(\.rawValue)
        if !weak.isEmpty {
            found.append(
                Finding(
                    .warning, topic, "accepts legacy algorithms: \(weak.sorted().joined(separator: ", "))",
                    remedy: "'sealwright audit list' names the devices that use them (scep.legacy-algorithm)"))
        }
        if !options.staticChallenges.isEmpty {
            found.append(
                Finding(
                    .warning, topic, "takes a static challenge: whoever knows it can enrol under any name",
                    remedy: "use one-time challenges bound to a subject"))
        }
        let policy = options.configuration.policy.following(middle.registry)
        if let bits = policy.minimumRSABits, bits < Self.safeRSABits {
            found.append(
                Finding(
                    .warning, topic, "certifies RSA keys of \(bits) bits",
                    remedy: "raise 'minimum-rsa-bits' once its devices can make longer ones"))
        }
        if settings.getCACertShape.hidesRA, !actsAsRA(policy.authority) {
            found.append(
                Finding(
                    .failure, topic, "shows devices the CA and not its RA: what they encrypt to the CA cannot be read",
                    remedy: "set 'getcacert' to ra+ca or ra+chain+root, or make the hierarchy with --ra-key shared"))
        }
        if found.isEmpty { found.append(Finding(.ok, topic, "no weak opt-ins")) }
        return found
    }

    /// Endpoints at which no further request can wait for a person.
    private func waiting() async -> [Finding] {
        var found: [Finding] = []
        for options in middle.configuration.endpoints {
            let (id, limit) = (options.configuration.id, options.configuration.policy.waitingLimit)
            guard let waiting = try? await middle.store.waitingCount(at: id, upTo: limit), waiting >= limit else {
                continue
            }
            found.append(
                Finding(
                    .warning, "scep \(id)", "\(limit) requests wait for approval, and no further one is taken",
                    remedy: ErrorCatalog.entry(DenialReason.tooManyWaiting.code)?.remedy))
        }
        return found
    }

    /// Bits of an RSA modulus below which no profile of ours goes by itself.
    private static let safeRSABits = 2048

    private func actsAsRA(_ authority: AuthorityID) -> Bool {
        middle.registry.context(authority)?.certificate.keyUsage?.contains(.keyEncipherment) ?? false
    }
}

extension GetCACertShape {
    /// Whether devices see no certificate but those of authorities.
    fileprivate var hidesRA: Bool { self == .caOnly || self == .caChain }
}
