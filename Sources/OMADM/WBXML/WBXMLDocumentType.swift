// SPDX-License-Identifier: Apache-2.0

/// A document type that has WBXML tokens here.
///
/// On the wire the header names it by a number of the OMNA registry, or by its public identifier in the string table.
///
/// Source: OMNA WBXML public identifiers; OMA SyncML Representation Protocol 1.2, section 8; OMA SyncML Device
/// Information 1.2, section 8; OMA-DM Device Description Framework 1.2.
enum WBXMLDocumentType: CaseIterable, Sendable {
    case syncML12, syncML11, devInf12, dmDDF12

    /// The number; `nil` for a type that has only its name.
    var number: UInt32? {
        switch self {
        case .syncML12: 0x1201
        case .syncML11: 0x0FD3
        case .devInf12: 0x1203
        case .dmDDF12: nil
        }
    }

    /// The public identifier.
    var publicID: String {
        switch self {
        case .syncML12: "-//SYNCML//DTD SyncML 1.2//EN"
        case .syncML11: "-//SYNCML//DTD SyncML 1.1//EN"
        case .devInf12: "-//SYNCML//DTD DevInf 1.2//EN"
        case .dmDDF12: "-//OMA//DTD-DM-DDF 1.2//EN"
        }
    }
}
