// SPDX-License-Identifier: Apache-2.0

/// What a target may import.
struct ImportRule {
    /// Targets of ours below it.
    var targets: Set<String> = []
    /// Modules of external packages.
    var external: Set<String> = []
    /// Modules of the toolchain and the system.
    var system: Set<String> = []

    var all: Set<String> { targets.union(external).union(system) }
}

/// The arrows of the system: who may import what.
///
/// A new arrow is a decision, made here and in ARCHITECTURE.md.
enum ImportTable {
    static let libc: Set<String> = ["Glibc", "Musl", "Darwin"]
    static let foundation: Set<String> = ["Foundation", "FoundationEssentials"]
    static let concurrency: Set<String> = ["Synchronization", "Dispatch"]
    static let everything = libc.union(foundation).union(concurrency)

    static let formats: Set<String> = ["PKIFormats", "CryptoProvider"]

    static let rules: [String: ImportRule] = [
        // The only door to cryptography. Nothing above it imports Crypto or CLibCrypto.
        "CryptoProvider": ImportRule(
            targets: ["CLibCrypto"], external: ["Crypto", "CryptoExtras"], system: everything),
        // Bytes and values, nothing else: no clock, no file, no Foundation. A Mutex guards what a value learns lazily.
        "PKIFormats": ImportRule(targets: ["CryptoProvider"], system: ["Synchronization"]),
        // Judges certificates: no clock, no file, no network; whoever asks brings time, anchors and revocation data.
        "TrustEvaluation": ImportRule(targets: formats, system: ["Synchronization"]),
        // A protocol without I/O. It knows no other protocol.
        "SCEP": ImportRule(targets: formats),
        "OMADM": ImportRule(targets: formats),
        // The device: its tree, its stores, its side of the protocols.
        "SealwrightAgent": ImportRule(
            targets: formats.union(["OMADM", "SCEP"]), external: ["Logging"], system: everything),
        // The middle. It knows no protocol, no database and no network.
        "SealwrightCore": ImportRule(
            targets: formats.union(["TrustEvaluation"]), external: ["Logging", "Metrics"],
            system: foundation.union(concurrency)),
        // GRDBSQLite is SQLite's C interface, a part of the GRDB package.
        "SealwrightStore": ImportRule(
            targets: formats.union(["SealwrightCore"]), external: ["GRDB", "GRDBSQLite"], system: everything),
        "SealwrightNetwork": ImportRule(
            targets: formats.union(["TrustEvaluation"]),
            external: ["NIOCore", "NIOPosix", "NIOTLS", "NIOHTTP1", "NIOSSL", "AsyncHTTPClient"], system: everything),
        "SealwrightInspection": ImportRule(
            targets: formats.union(["SCEP", "SealwrightCore", "TrustEvaluation"]),
            system: foundation.union(concurrency)),
        // Message, middle, reply: no HTTP types, no sockets.
        "SealwrightEndpoints": ImportRule(
            targets: formats.union(["SCEP", "OMADM", "SealwrightCore"]), external: ["Logging"],
            system: foundation.union(concurrency)),
        // Parts of packages: NIOHTTPTypes and its HTTP/1 half (Hummingbird), SystemPackage
        // (Configuration), CoreMetrics (Metrics), UnixSignals (ServiceLifecycle).
        "SealwrightServer": ImportRule(
            targets: formats.union([
                "OMADM", "SCEP", "SealwrightCore", "SealwrightEndpoints", "SealwrightInspection", "SealwrightNetwork",
                "SealwrightStore", "TrustEvaluation",
            ]),
            external: [
                "Configuration", "CoreMetrics", "HTTPTypes", "Hummingbird", "HummingbirdCore", "Logging", "Metrics",
                "NIOCore",
                "NIOHTTP1", "NIOHTTPTypes", "NIOHTTPTypesHTTP1", "NIOPosix", "NIOSSL", "ServiceLifecycle",
                "SystemPackage", "UnixSignals", "Yams",
            ],
            system: everything),
        // What both programs have in common: how they speak and how they end. What may be printed stands in PKIFormats.
        "SealwrightCommandLine": ImportRule(targets: ["PKIFormats"], external: ["ArgumentParser"], system: foundation),
        // Configuration and Logging, because flags are one of the places settings come from and a command chooses where
        // its log goes.
        "sealwright": ImportRule(
            targets: formats.union([
                "OMADM", "SCEP", "SealwrightCommandLine", "SealwrightCore", "SealwrightInspection", "SealwrightNetwork",
                "SealwrightServer", "TrustEvaluation",
            ]),
            external: ["ArgumentParser", "Configuration", "Logging"], system: everything),
        "sealwright-agent": ImportRule(
            targets: formats.union([
                "OMADM", "SCEP", "SealwrightAgent", "SealwrightCommandLine", "SealwrightNetwork", "TrustEvaluation",
            ]),
            external: ["ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals"], system: everything),
    ]

    /// Targets that read bytes from outside: a trap in them would end the server.
    static let readOutsideBytes: Set<String> = [
        "CryptoProvider", "OMADM", "PKIFormats", "SCEP", "SealwrightAgent", "SealwrightEndpoints",
        "SealwrightInspection",
        "SealwrightNetwork",
        "SealwrightServer", "TrustEvaluation",
    ]
}
