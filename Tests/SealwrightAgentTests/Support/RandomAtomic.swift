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

    /// The commands of one message.
    mutating func next() -> [Command] {
        var children: [Command] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) { children += group(children.count) }
        if Int.random(in: 0..<6, using: &generator) == 0 {
            children.append(.add("bad", "SCEP/none/Install/KeyUsage", "1"))
        }
        return [.atomic("a", children)]
    }

    private mutating func group(_ start: Int) -> [Command] {
        let name = "id-\(Int.random(in: 0..<4, using: &generator))"
        let leaf = Bool.random(using: &generator) ? material.other : material.revoked
        switch Int.random(in: 0..<7, using: &generator) {
        case 0, 1:
            let block = Command.pfx(
                name, leaf.pfx, password: leaf.password, verb: { .replace("\($0)-\(start)", $1, $2, isUser: $3) })
            let isAdd = Bool.random(using: &generator)
            return block.map { isAdd ? Self.asAddOfBlob($0) : $0 }
        case 2: return [.delete("d\(start)", "PFXCertInstall/\(name)")]
        case 3:
            let root = Bool.random(using: &generator)
            let (store, der) = root ? ("Root", material.root) : ("CA", material.authority)
            let path = "\(Self.msft)RootCATrustedCertificates/\(store)/\(Thumbprint(of: der))/EncodedCertificate"
            return [.add("r\(start)", path, Base64.encode(der))]
        case 4:
            let path = "\(Self.msft)RootCATrustedCertificates/CA/\(Thumbprint(of: material.authority))"
            return [.delete("x\(start)", path)]
        case 5:
            let number = Int.random(in: 1...60, using: &generator)
            return [.replace("p\(start)", "\(Self.msft)DMClient/Provider/p/Poll/NumberOfFirstRetries", String(number))]
        default:
            let hash = Thumbprint(of: material.root)
            let path = "\(Self.msft)RootCATrustedCertificates/UntrustedCertificates/\(hash)"
            return Bool.random(using: &generator)
                ? [.add("u\(start)", path + "/EncodedCertificate", Base64.encode(material.root))]
                : [.delete("v\(start)", path)]
        }
    }

    /// The blob has to be added when nothing is installed.
    private static func asAddOfBlob(_ command: Command) -> Command {
        guard case .replace(let edit) = command, edit.items.first?.target?.locURI.hasSuffix("PFXCertBlob") ?? false
        else { return command }
        return .add(edit)
    }
}
