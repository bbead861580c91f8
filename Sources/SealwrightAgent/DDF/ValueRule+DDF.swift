// SPDX-License-Identifier: Apache-2.0

import OMADM

extension ValueRule {
    /// The rule as a device description writes it; `nil` when any value is taken.
    ///
    /// Rules that no pattern says in full are given by the pattern of their form.
    ///
    /// Source: Microsoft, "Device Description Framework (DDF) v2 files", MSFT:AllowedValues.
    var allowedValues: MarkupElement? {
        switch self {
        case .any: return nil
        case .oneOf(let values):
            return element("ENUM", values.map { DDFDocument.own("Enum", [DDFDocument.own("Value", text: $0)]) })
        case .atLeast(let bound): return element("Range", text: "[\(bound)-\(UInt32.max)]")
        case .between(let lowest, let highest): return element("Range", text: "[\(lowest)-\(highest)]")
        case .anyBit(let bits):
            let flags = (0..<32).map { Int64(1) << $0 }.filter { $0 & bits != 0 }
            return element("Flag", flags.map { DDFDocument.own("Enum", [DDFDocument.own("Value", text: String($0))]) })
        case .shortVersion: return element("RegEx", text: #"^(\d\.)?\d$"#)
        case .serviceURL: return element("RegEx", text: "^https://.+$")
        case .objectIdentifiers: return element("RegEx", text: #"^[0-9.]+(\+[0-9.]+)*$"#)
        case .distinguishedName: return element("RegEx", text: "^[^=]+=.*$")
        case .alternativeNames: return element("RegEx", text: #"^([0-9]+\+[^;]+(;[0-9]+\+[^;]+)*)?$"#)
        }
    }

    private func element(_ type: String, text: String) -> MarkupElement {
        element(type, [DDFDocument.own("Value", text: text)])
    }

    private func element(_ type: String, _ children: [MarkupElement]) -> MarkupElement {
        MarkupElement(
            "AllowedValues", namespace: DDFDocument.namespace, attributes: [MarkupAttribute("ValueType", type)],
            children: children)
    }
}
