// SPDX-License-Identifier: Apache-2.0

/// The elements of a document that is embedded in a message, and their tokens.
///
/// Source: OMA SyncML Device Information 1.2, section 8; OMA-DM Device Description Framework 1.2, WBXML tokens. The
/// numbers are those of libwbxml.
struct WBXMLVocabulary: Sendable {
    let namespace: String
    let root: String
    let page: UInt8
    private let tokens: [String: UInt8]
    private let names: [UInt8: String]

    private init(namespace: String, root: String, page: UInt8, _ tokens: [String: UInt8]) {
        self.namespace = namespace
        self.root = root
        self.page = page
        self.tokens = tokens
        names = Dictionary(tokens.map { ($0.value, $0.key) }) { first, _ in first }
    }

    /// The token of a local name.
    func token(_ name: String) -> UInt8? { tokens[name] }

    /// The local name of a token.
    func name(_ token: UInt8, page: UInt8) -> String? { page == self.page ? names[token] : nil }

    /// The vocabulary of an embedded document; `nil` for SyncML itself.
    static func of(_ type: WBXMLDocumentType) -> WBXMLVocabulary? {
        switch type {
        case .syncML12, .syncML11: nil
        case .devInf12: devInf
        case .dmDDF12: dmDDF
        }
    }

    /// Device information.
    private static let devInf = WBXMLVocabulary(
        namespace: "syncml:devinf", root: "DevInf", page: 0,
        [
            "CTCap": 0x05, "CTType": 0x06, "DataStore": 0x07, "DataType": 0x08, "DevID": 0x09, "DevInf": 0x0A,
            "DevTyp": 0x0B, "DisplayName": 0x0C, "DSMem": 0x0D, "Ext": 0x0E, "FwV": 0x0F, "HwV": 0x10, "Man": 0x11,
            "MaxGUIDSize": 0x12, "MaxID": 0x13, "MaxMem": 0x14, "Mod": 0x15, "OEM": 0x16, "ParamName": 0x17,
            "PropName": 0x18, "Rx": 0x19, "Rx-Pref": 0x1A, "SharedMem": 0x1B, "MaxSize": 0x1C, "SourceRef": 0x1D,
            "SwV": 0x1E, "SyncCap": 0x1F, "SyncType": 0x20, "Tx": 0x21, "Tx-Pref": 0x22, "ValEnum": 0x23,
            "VerCT": 0x24, "VerDTD": 0x25, "XNam": 0x26, "XVal": 0x27, "UTC": 0x28, "SupportNumberOfChanges": 0x29,
            "SupportLargeObjs": 0x2A, "Property": 0x2B, "PropParam": 0x2C, "MaxOccur": 0x2D, "NoTruncate": 0x2E,
            "Filter-Rx": 0x30, "FilterCap": 0x31, "FilterKeyword": 0x32, "FieldLevel": 0x33,
            "SupportHierarchicalSync": 0x34,
        ])

    /// Descriptions of a management tree, which DMTND uses too.
    private static let dmDDF = WBXMLVocabulary(
        namespace: "syncml:dmddf1.2", root: "MgmtTree", page: 2,
        [
            "AccessType": 0x05, "ACL": 0x06, "Add": 0x07, "b64": 0x08, "bin": 0x09, "bool": 0x0A, "chr": 0x0B,
            "CaseSense": 0x0C, "CIS": 0x0D, "Copy": 0x0E, "CS": 0x0F, "date": 0x10, "DDFName": 0x11,
            "DefaultValue": 0x12, "Delete": 0x13, "Description": 0x14, "DFFormat": 0x15, "DFProperties": 0x16,
            "DFTitle": 0x17, "DFType": 0x18, "Dynamic": 0x19, "Exec": 0x1A, "float": 0x1B, "Format": 0x1C, "Get": 0x1D,
            "int": 0x1E, "Man": 0x1F, "MgmtTree": 0x20, "MIME": 0x21, "Mod": 0x22, "Name": 0x23, "Node": 0x24,
            "node": 0x25, "NodeName": 0x26, "null": 0x27, "Occurrence": 0x28, "One": 0x29, "OneOrMore": 0x2A,
            "OneOrN": 0x2B, "Path": 0x2C, "Permanent": 0x2D, "Replace": 0x2E, "RTProperties": 0x2F, "Scope": 0x30,
            "Size": 0x31, "time": 0x32, "Title": 0x33, "TStamp": 0x34, "Type": 0x35, "Value": 0x36, "VerDTD": 0x37,
            "VerNo": 0x38, "xml": 0x39, "ZeroOrMore": 0x3A, "ZeroOrN": 0x3B, "ZeroOrOne": 0x3C,
        ])
}
