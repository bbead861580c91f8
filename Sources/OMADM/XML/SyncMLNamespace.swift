// SPDX-License-Identifier: Apache-2.0

/// The namespaces of SyncML.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 8; OMA SyncML Meta-Information 1.2, section 7.
enum SyncMLNamespace {
    static let syncML12 = "SYNCML:SYNCML1.2"
    static let syncML11 = "SYNCML:SYNCML1.1"
    static let syncML10 = "SYNCML:SYNCML1.0"
    static let metinf = "syncml:metinf"

    /// The namespace of a message with this version of the DTD.
    static func of(verDTD: String) -> String {
        switch verDTD {
        case "1.0": syncML10
        case "1.1": syncML11
        default: syncML12
        }
    }

    /// Whether an element in a namespace is looked up among those of SyncML.
    ///
    /// No local name stands both in SyncML and in its meta information, so the namespace is not needed to tell them
    /// apart, and messages of real devices and published samples get it wrong: Microsoft's samples leave
    /// `syncml:metinf` out or declare no namespace at all, and pytune puts SyncML's own namespace on Data.
    static func isReadAsSyncML(_ namespace: String) -> Bool {
        namespace.isEmpty || [syncML12, syncML11, syncML10, metinf].contains(namespace)
    }
}
