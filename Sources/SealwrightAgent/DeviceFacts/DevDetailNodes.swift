// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

/// What the device is made of and runs.
///
/// Values are the facts of the policy under the same path; one that is not known is absent. The names of the device can
/// be set: the tree tells them from then on, the host is not renamed.
///
/// Source: OMA Device Management Standardized Objects 1.2, section 5.3; Microsoft, DevDetail CSP.
struct DevDetailNodes: ConfigurationServiceProvider {
    let definitions: [NodeDefinition] = {
        func node(
            _ path: String, _ format: MetaFormat = .chr, _ access: NodeDefinition.Access = .get
        ) -> NodeDefinition {
            NodeDefinition(
                path.isEmpty ? "DevDetail" : "DevDetail/\(path)", format, access, isPermanent: true, scopes: .device)
        }
        let texts = [
            "MobileID", "RadioSwV", "Resolution", "CommercializationOperator", "OSPlatform", "LocalTime",
            "TotalStorage",
            "FreeStorage", "TotalRAM", "SMBIOSSerialNumber", "SMBIOSVersion", "SystemSKU",
        ]
        let network = [
            "WLANMACAddress", "VoLTEServiceSetting", "WlanIPv4Address", "WlanIPv6Address", "WlanDnsSuffix",
            "WlanSubnetMask", "DeviceHardwareData",
        ]
        return [node("", .node), node("URI", .node)]
            + ["MaxDepth", "MaxTotLen", "MaxSegLen"].map { node("URI/\($0)") }
            + ["DevTyp", "OEM", "FwV", "SwV", "HwV"].map { node($0) } + [node("LrgObj", .bool)]
            + [node("Ext", .node), node("Ext/Microsoft", .node)] + texts.map { node("Ext/Microsoft/\($0)") }
            + ["ProcessorArchitecture", "ProcessorType"].map { node("Ext/Microsoft/\($0)", .int) }
            + ["DeviceName", "DNSComputerName"].map { node("Ext/Microsoft/\($0)", .chr, [.get, .replace]) }
            + network.map { node("Ext/\($0)") }
    }()

    func value(_ place: Place, _ engine: TreeEngine, _ draft: AgentDraft) -> String? {
        if let set = draft.state.tree[place.scope, place.key]?.value { return set }
        if let fact = engine.context.policy.fact(place) { return fact }
        switch place.definition.name {
        case "LrgObj": return "true"
        // No bound of its own.
        case "MaxDepth", "MaxSegLen": return "0"
        case "MaxTotLen": return String(Location.locURILimit)
        case "LocalTime": return engine.context.now.iso8601
        default: return nil
        }
    }
}
