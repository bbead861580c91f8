// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// Strictness every target of ours is built with; it lives here so that every command shares one build.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func external(_ product: String, _ package: String) -> Target.Dependency {
    .product(name: product, package: package)
}

let argumentParser = external("ArgumentParser", "swift-argument-parser")
let asyncHTTPClient = external("AsyncHTTPClient", "async-http-client")
let configuration = external("Configuration", "swift-configuration")
let crypto = external("Crypto", "swift-crypto")
let cryptoExtras = external("CryptoExtras", "swift-crypto")
let grdb = external("GRDB", "GRDB.swift")
let grdbSQLite = external("GRDBSQLite", "GRDB.swift")
let httpTypes = external("HTTPTypes", "swift-http-types")
let hummingbird = external("Hummingbird", "hummingbird")
let hummingbirdCore = external("HummingbirdCore", "hummingbird")
let logging = external("Logging", "swift-log")
let metrics = external("Metrics", "swift-metrics")
let nioCore = external("NIOCore", "swift-nio")
let nioHTTP1 = external("NIOHTTP1", "swift-nio")
let nioPosix = external("NIOPosix", "swift-nio")
let nioSSL = external("NIOSSL", "swift-nio-ssl")
let nioTLS = external("NIOTLS", "swift-nio")
let serviceLifecycle = external("ServiceLifecycle", "swift-service-lifecycle")
let unixSignals = external("UnixSignals", "swift-service-lifecycle")
let x509 = external("X509", "swift-certificates")
let yams = external("Yams", "Yams")

let package = Package(
    name: "sealwright",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "CryptoProvider", targets: ["CryptoProvider"]),
        .library(name: "PKIFormats", targets: ["PKIFormats"]),
        .library(name: "TrustEvaluation", targets: ["TrustEvaluation"]),
        .library(name: "SCEP", targets: ["SCEP"]),
        .library(name: "OMADM", targets: ["OMADM"]),
        .executable(name: "sealwright", targets: ["sealwright"]),
        .executable(name: "sealwright-agent", targets: ["sealwright-agent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // Libraries, lowest first. The arrows are DESIGN's and ArchitectureTests holds them.
        .systemLibrary(
            name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "CryptoProvider", dependencies: ["CLibCrypto", crypto, cryptoExtras],
            swiftSettings: strict),
        .target(name: "PKIFormats", dependencies: ["CryptoProvider"], swiftSettings: strict),
        .target(name: "TrustEvaluation", dependencies: ["PKIFormats", "CryptoProvider"], swiftSettings: strict),
        .target(name: "SCEP", dependencies: ["PKIFormats", "CryptoProvider"], swiftSettings: strict),
        .target(name: "OMADM", dependencies: ["PKIFormats", "CryptoProvider"], swiftSettings: strict),
        .target(
            name: "SealwrightCore",
            dependencies: ["TrustEvaluation", "PKIFormats", "CryptoProvider", logging, metrics],
            swiftSettings: strict),
        .target(
            name: "SealwrightStore",
            dependencies: ["SealwrightCore", "PKIFormats", "CryptoProvider", grdb, grdbSQLite],
            swiftSettings: strict),
        .target(
            name: "SealwrightNetwork",
            dependencies: [
                "TrustEvaluation", "PKIFormats", "CryptoProvider",
                nioCore, nioPosix, nioTLS, nioHTTP1, nioSSL, asyncHTTPClient,
            ],
            swiftSettings: strict),
        .target(
            name: "SealwrightInspection",
            dependencies: ["SCEP", "TrustEvaluation", "PKIFormats", "CryptoProvider", "SealwrightCore"],
            swiftSettings: strict),
        .target(
            name: "SealwrightEndpoints",
            dependencies: ["SealwrightCore", "SCEP", "OMADM", "PKIFormats", "CryptoProvider", logging],
            swiftSettings: strict),
        .target(
            name: "SealwrightServer",
            dependencies: [
                "SealwrightEndpoints", "SealwrightStore", "SealwrightCore", "SealwrightNetwork", "SealwrightInspection",
                "SCEP", "OMADM", "TrustEvaluation", "PKIFormats", "CryptoProvider",
                hummingbird, hummingbirdCore, httpTypes, nioCore, nioPosix, nioHTTP1, nioSSL, serviceLifecycle,
                unixSignals,
                configuration, yams, logging, metrics,
            ],
            resources: [.embedInCode("Resources/openapi.json")],
            swiftSettings: strict),
        .target(
            name: "SealwrightAgent",
            dependencies: ["OMADM", "SCEP", "PKIFormats", "CryptoProvider", logging],
            swiftSettings: strict),
        .target(name: "SealwrightCommandLine", dependencies: ["PKIFormats", argumentParser], swiftSettings: strict),
        .executableTarget(
            name: "sealwright",
            dependencies: [
                "SealwrightServer", "SealwrightInspection", "SealwrightNetwork", "SealwrightCore",
                "SealwrightCommandLine", "SCEP", "OMADM", "TrustEvaluation", "PKIFormats", "CryptoProvider",
                argumentParser, configuration, logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "sealwright-agent",
            dependencies: [
                "SealwrightAgent", "SealwrightNetwork", "SealwrightCommandLine", "OMADM", "SCEP", "TrustEvaluation",
                "PKIFormats", "CryptoProvider", argumentParser, logging, serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict),
        .target(
            name: "SealwrightTesting",
            dependencies: ["SealwrightCore", "SealwrightEndpoints", "SCEP", "PKIFormats", "CryptoProvider"],
            path: "Tests/SealwrightTesting", swiftSettings: strict),

        // Measurement
        .executableTarget(
            name: "SealwrightBenchmarks",
            dependencies: [
                "SealwrightServer", "SealwrightEndpoints", "SealwrightStore", "SealwrightCore", "SealwrightNetwork",
                "SCEP", "OMADM", "TrustEvaluation", "PKIFormats", "CryptoProvider", nioCore, nioPosix,
            ],
            path: "Benchmarks/SealwrightBenchmarks", swiftSettings: strict),

        // Tests
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .testTarget(
            name: "CryptoProviderTests",
            dependencies: ["CryptoProvider", "SealwrightTesting", crypto, cryptoExtras], swiftSettings: strict),
        .testTarget(
            name: "PKIFormatsTests", dependencies: ["PKIFormats", "CryptoProvider", "SealwrightTesting", x509],
            swiftSettings: strict),
        .testTarget(
            name: "TrustEvaluationTests",
            dependencies: ["TrustEvaluation", "PKIFormats", "CryptoProvider", "SealwrightTesting"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "SealwrightNetworkTests",
            dependencies: [
                "SealwrightNetwork", "TrustEvaluation", "PKIFormats", "CryptoProvider", "SealwrightTesting",
                nioCore, nioPosix, nioSSL,
            ], swiftSettings: strict),
        .testTarget(
            name: "SCEPTests", dependencies: ["SCEP", "PKIFormats", "CryptoProvider", "SealwrightTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "OMADMTests", dependencies: ["OMADM", "PKIFormats", "CryptoProvider", "SealwrightTesting"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "SealwrightCoreTests",
            dependencies: ["SealwrightCore", "PKIFormats", "CryptoProvider", "SealwrightTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["SealwrightStore", "SealwrightCore", "PKIFormats", "CryptoProvider", "SealwrightTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "SealwrightEndpointsTests",
            dependencies: [
                "SealwrightEndpoints", "SealwrightAgent", "SealwrightCore", "SealwrightStore", "SCEP", "OMADM",
                "PKIFormats", "CryptoProvider", "SealwrightTesting", logging,
            ], swiftSettings: strict),
        .testTarget(
            name: "SealwrightInspectionTests",
            dependencies: [
                "SealwrightInspection", "SealwrightCore", "SCEP", "TrustEvaluation", "PKIFormats", "CryptoProvider",
                "SealwrightTesting",
            ], exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "SealwrightAgentTests",
            dependencies: [
                "SealwrightAgent", "OMADM", "SCEP", "PKIFormats", "CryptoProvider", "SealwrightTesting", logging,
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "SealwrightServerTests",
            dependencies: [
                "SealwrightServer", "SealwrightEndpoints", "SealwrightCore", "SealwrightNetwork", "SCEP", "OMADM",
                "PKIFormats", "CryptoProvider", "SealwrightTesting", configuration, httpTypes, hummingbirdCore, logging,
                nioCore, nioPosix, serviceLifecycle,
            ], swiftSettings: strict),
        .testTarget(
            name: "InteropTests",
            dependencies: [
                "SealwrightServer", "SealwrightCore", "SCEP", "PKIFormats", "CryptoProvider", "SealwrightTesting",
            ],
            exclude: ["pkilint-waivers.txt"], swiftSettings: strict),
    ]
)
