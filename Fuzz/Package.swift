// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// A package of its own, so that the fuzzer's flags never touch the main build.
let package = Package(
    name: "sealwright-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "sealwright", path: "..")],
    targets: [
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "FuzzParsers",
            dependencies: [
                "CLibFuzzer", .product(name: "PKIFormats", package: "sealwright"),
                .product(name: "OMADM", package: "sealwright"),
                .product(name: "SCEP", package: "sealwright"),
                .product(name: "TrustEvaluation", package: "sealwright"),
            ]),
    ]
)
