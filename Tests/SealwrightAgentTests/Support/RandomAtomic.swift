// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats
import SealwrightAgent

/// Makes Atomics of every kind the tree takes, those that fail among them.
struct RandomAtomic {
    let material: OpenSSLMaterial
    var generator: SplitMix

    /// Numbers that a seed repeats.
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    init(_ material: OpenSSLMaterial, seed: UInt64) {
        self.material = material
        generator = SplitMix(state: seed)
    }

    private static let msft = "./Device/Vendor/MSFT/"

    /// The commands of one message to a device in a state; one in six fails.
    mutating func next(for state: AgentState) -> [Command] {
        var children: [Command] = []
        var used: Set<Int> = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let kind = Int.random(in: 0..<6, using: &generator)
            if used.insert(kind).inserted { children += group(kind, state) }
        }
        if Int.random(in: 0..<6, using: &generator) == 0 {
            children.append(.add("bad", "SCEP/none/Install/KeyUsage", "1"))
        }
        return [.atomic("a", children)]
    }

    private mutating func group(_ kind: Int, _ state: AgentState) -> [Command] {
        switch kind {
        case 0, 1: return pfx("id-\(kind)-\(Int.random(in: 0..<3, using: &generator))", state)
        case 2: return [certificate("Root", .root, material.root, state)]
        case 3: return [certificate("CA", .ca, material.authority, state)]
        case 4: return [certificate("UntrustedCertificates", .untrusted, material.root, state)]
        default:
            let number = Int.random(in: 1...60, using: &generator)
            return [.replace("p", "\(Self.msft)DMClient/Provider/p/Poll/NumberOfFirstRetries", String(number))]
        }
    }

    /// Installs what is not installed; replaces or deletes what is.
    private mutating func pfx(_ name: String, _ state: AgentState) -> [Command] {
        let leaf = Bool.random(using: &generator) ? material.other : material.revoked
        let isThere = state.pfx[InstallationID(scope: .device, kind: .pfx, uniqueID: name)]?.installed != nil
        if isThere, Bool.random(using: &generator) { return [.delete("d-\(name)", "PFXCertInstall/\(name)")] }
        return Command.pfx(
            name, leaf.pfx, password: leaf.password,
            verb: { id, path, value, isUser in
                isThere
                    ? .replace("\(id)-\(name)", path, value, isUser: isUser)
                    : .add("\(id)-\(name)", path, value, isUser: isUser)
            })
    }

    private func certificate(_ node: String, _ store: StoreName, _ der: [UInt8], _ state: AgentState) -> Command {
        let thumbprint = Thumbprint(of: der)
        let path = "\(Self.msft)RootCATrustedCertificates/\(node)/\(thumbprint)"
        let isThere = state.store(StoreLocation(.device, store)).entries[thumbprint] != nil
        return isThere
            ? .delete("x-\(node)", path) : .add("x-\(node)", path + "/EncodedCertificate", Base64.encode(der))
    }
}
