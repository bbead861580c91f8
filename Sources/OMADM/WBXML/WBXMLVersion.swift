// SPDX-License-Identifier: Apache-2.0

/// A version of WBXML, as the first octet of a document says it.
///
/// The versions differ in nothing that SyncML uses.
///
/// Source: WAP-192-WBXML (version 1.3), section 5.4.
public enum WBXMLVersion: UInt8, CaseIterable, Sendable {
    /// WBXML 1.1.
    case wbxml11 = 0x01
    /// WBXML 1.2.
    case wbxml12 = 0x02
    /// WBXML 1.3.
    case wbxml13 = 0x03
}
