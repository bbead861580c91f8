// SPDX-License-Identifier: Apache-2.0

/// One setting: its name, what it may hold and what it means.
///
/// The table below is the only list of settings.
package struct ConfigurationKey: Sendable, Hashable {
    /// What a setting may hold.
    package enum Kind: Sendable, Hashable {
        case text
        case integer(ClosedRange<Int>)
        case boolean
        /// A list of words; separated by commas in the environment.
        case list
        case oneOf([String])
        /// A number with a unit: `90d`, `12h`, `30m`, `45s`.
        case duration
    }

    /// Dotted, with `*` for a name the administrator chooses.
    package let path: String
    package let kind: Kind
    /// As it would be written in the file; empty when there is none.
    package let defaultText: String
    /// One sentence.
    package let summary: String

    init(_ path: String, _ kind: Kind, default defaultText: String = "", _ summary: String) {
        self.path = path
        self.kind = kind
        self.defaultText = defaultText
        self.summary = summary
    }

    /// The setting that a concrete key is, such as `scep.default.preset`; `nil` for a key that nobody knows.
    package static func named(_ key: String) -> ConfigurationKey? {
        patterns(of: key).lazy.compactMap { byPath[$0] }.first
    }

    /// Whether settings stand below a concrete path, such as `scep.default`.
    package static func hasSection(_ path: String) -> Bool { patterns(of: path).contains { sections.contains($0) } }

    /// What a concrete path can be called in the table: as it is, or with one of its names chosen by the administrator.
    ///
    /// Looked up and not compared with each setting, since a file may have as many keys as it has lines.
    private static func patterns(of path: String) -> [String] {
        let parts = path.split(separator: ".")
        guard parts.count <= depth else { return [] }
        return [parts.joined(separator: ".")]
            + parts.indices.map { index in
                parts.enumerated().map { $0.offset == index ? "*" : $0.element }.joined(separator: ".")
            }
    }

    /// Names in the longest path.
    private static let depth = all.map { $0.path.split(separator: ".").count }.max() ?? 0
    private static let byPath = Dictionary(all.map { ($0.path, $0) }) { first, _ in first }
    private static let sections: Set<String> = Set(
        all.flatMap { key in
            let parts = key.path.split(separator: ".")
            return (1..<max(parts.count, 1)).map { parts.prefix($0).joined(separator: ".") }
        })

    /// The path with the names that a concrete key has where the administrator chooses them.
    ///
    /// So a misspelt key is as far from the one that was meant as its misspelling, whatever the endpoint is called.
    package func path(named key: String) -> String {
        let names = key.split(separator: ".")
        return path.split(separator: ".").enumerated().map { index, part in
            part == "*" && index < names.count ? names[index] : part
        }.joined(separator: ".")
    }

    /// What the value must be, in words.
    package var allowed: String {
        switch kind {
        case .text: "text"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .list: "a list of words"
        case .oneOf(let words): "one of " + words.joined(separator: ", ")
        case .duration: "a duration such as 90d, 12h or 30m"
        }
    }
}

extension ConfigurationKey {
    /// Every setting there is.
    package static let all: [ConfigurationKey] = server + scep + windows + revocation + expiry

    private static let port = Kind.integer(0...65_535)

    static let server: [ConfigurationKey] = [
        .init("server.hosts", .list, "Names and addresses devices reach this server by; they stand in certificates."),
        .init("server.listen", .text, default: "0.0.0.0", "The address the listeners bind."),
        .init("server.http-port", port, default: "8080", "Plain HTTP: SCEP, CRL, OCSP, CA certificates, health."),
        .init("server.https-port", port, default: "8443", "HTTPS: API and SCEP."),
        .init("server.device-port", port, default: "8444", "HTTPS that asks for a client certificate."),
        .init(
            "server.connections-per-address", .integer(1...10_000), default: "200",
            "Connections to a listener from one address, of which a proxy or NAT has one for all; loopback is exempt."),
        .init(
            "server.require-https", .boolean, default: "false",
            "Answer devices over HTTPS only, from the installation on; later `change start https` does it."),
        .init(
            "log.level", .oneOf(["trace", "debug", "info", "notice", "warning", "error"]), default: "info",
            "The least serious message that is logged."),
        .init(
            "log.format", .oneOf(["auto", "text", "json"]), default: "auto", "auto is text on a terminal, else JSON."),
        .init("crypto.threads", .integer(1...256), "Threads for private-key work; by default one a processor."),
        .init("crypto.queue", .integer(1...65_536), default: "256", "Waiting key operations before 503 is answered."),
    ]

    static let scep: [ConfigurationKey] = [
        .init(
            "scep.*.preset", .oneOf(["generic", "apple", "windows", "cisco", "strict"]), default: "generic",
            "Which client family the endpoint is shaped for."),
        .init("scep.*.profile", .text, default: "device", "The certificate profile: device or server."),
        .init(
            "scep.*.approval", .oneOf(["never", "always", "when-unauthenticated"]), default: "never",
            "When a person must approve: always is every first request, also with a challenge; renewals never wait."),
        .init(
            "scep.*.waiting-limit", .integer(1...100_000), default: "1000",
            "How many requests may wait for a person at once; a further one is refused, those that wait stay."),
        .init(
            "scep.*.waiting-time", .duration, default: "30d",
            "After which a request that nobody decided ends; at least 1h."),
        .init(
            "scep.*.renewal-window", .text,
            "When a renewal is taken: always, half, third, or days such as 30d. strict has half, the others always."),
        .init(
            "scep.*.renewal-grace", .duration, default: "0d",
            "How long after its end a certificate still renews itself."),
        .init("scep.*.minimum-rsa-bits", .integer(1024...8192), default: "2048", "The smallest RSA key accepted."),
        .init(
            "scep.*.key-reuse", .oneOf(["allow", "refuse"]),
            "Whether a key that another subject's valid certificate has may be certified; strict refuses."),
        .init("scep.*.allow-legacy", .list, "Weak algorithms accepted: sha1, md5, 3des, des; des brings sha1 with it."),
        .init("scep.*.empty-content", .oneOf(["zero-length", "absent"]), "How PENDING and FAILURE carry no content."),
        .init("scep.*.reply-chain", .boolean, "Whether a reply carries the issuing chain beside the certificate."),
        .init("scep.*.getcacert", .oneOf(["ca", "ca+chain", "ra+ca", "ra+chain+root"]), "The shape of GetCACert."),
        .init("scep.*.unknown-ca", .oneOf(["default", "refuse"]), "What to do with an unknown CA identifier."),
        .init("scep.*.static-challenges", .list, "Files that hold a static challenge each; name is the file's."),
        .init(
            "scep.*.ndes-password-file", .text,
            "user:password file for the NDES page; of others than default it is /certsrv/mscep_admin/ENDPOINT."),
        .init("scep.*.webhook.url", .text, "Asked whether a request may have a certificate."),
        .init(
            "scep.*.webhook.notify-url", .text,
            "Told how each request ended: the certificate, or why there is none; with or without webhook.url."),
        .init("scep.*.webhook.id", .text, "The webhook's identifier, sent in a header; sealwright without one."),
        .init("scep.*.webhook.secret-file", .text, "Base64 of the key that signs webhook bodies."),
        .init("scep.*.webhook.token-file", .text, "A bearer token for the webhook."),
    ]

    static let windows: [ConfigurationKey] = [
        .init(
            "windows.sign-in", .list, default: "on-premise,federated",
            "How users of Windows devices may sign in, the preferred way first: on-premise, federated."),
        .init(
            "windows.terms", .oneOf(["optional", "required"]), default: "optional",
            "Whether a Windows device enrols only with accepted terms of use."),
        .init("windows.terms-text", .text, "The terms of use; without text or file a short neutral one."),
        .init("windows.terms-file", .text, "A file with the terms of use, UTF-8 text of at most 64 KiB."),
    ]

    static let expiry: [ConfigurationKey] = [
        .init("expiry.interval", .duration, default: "1h", "How often ends that come near are looked for."),
        .init(
            "expiry.webhook.url", .text,
            "Told once of each certificate and stage: warn, act, critical; and expired, but of issued ones."),
        .init("expiry.webhook.secret-file", .text, "Base64 of the key that signs those bodies."),
    ]

    static let revocation: [ConfigurationKey] = [
        .init("crl.lifetime", .duration, default: "7d", "From thisUpdate to nextUpdate."),
        .init("crl.delta", .boolean, default: "false", "Whether delta CRLs are published."),
        .init(
            "crl.partitions", .integer(1...256), default: "1",
            "Parts the CRL is also published in; a new certificate names the part that will tell of it."),
        .init(
            "certificate.validity", .duration, default: "365d",
            "Life of device certificates; unless it is set, no longer than the longest."),
        .init("certificate.maximum-validity", .duration, default: "825d", "The longest life a request may ask for."),
        .init(
            "certificate.underscores", .boolean, default: "false",
            "Whether host names in alternative names may have underscores, as some old Windows computers' have."),
    ]
}
