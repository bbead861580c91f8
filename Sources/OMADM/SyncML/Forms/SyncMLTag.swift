// SPDX-License-Identifier: Apache-2.0

/// An element of SyncML or of its meta information.
///
/// The raw value is the WBXML token, with the top bit set on code page 1 (`syncml:metinf`). No local name stands on
/// both pages.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 8; OMA SyncML Meta-Information 1.2, section 7.
enum SyncMLTag: UInt8, CaseIterable, Sendable {
    /// An element of neither page.
    case unknown = 0

    // Code page 0
    case add = 0x05, alert = 0x06, archive = 0x07, atomic = 0x08, chal = 0x09, cmd = 0x0A, cmdID = 0x0B
    case cmdRef = 0x0C, copy = 0x0D, cred = 0x0E, data = 0x0F, delete = 0x10, exec = 0x11, final = 0x12
    case get = 0x13, item = 0x14, lang = 0x15, locName = 0x16, locURI = 0x17, map = 0x18, mapItem = 0x19
    case meta = 0x1A, msgID = 0x1B, msgRef = 0x1C, noResp = 0x1D, noResults = 0x1E, put = 0x1F, replace = 0x20
    case respURI = 0x21, results = 0x22, search = 0x23, sequence = 0x24, sessionID = 0x25, sftDel = 0x26
    case source = 0x27, sourceRef = 0x28, status = 0x29, sync = 0x2A, syncBody = 0x2B, syncHdr = 0x2C
    case syncML = 0x2D, target = 0x2E, targetRef = 0x2F, verDTD = 0x31, verProto = 0x32, numberOfChanges = 0x33
    case moreData = 0x34, field = 0x35, filter = 0x36, record = 0x37, filterType = 0x38, sourceParent = 0x39
    case targetParent = 0x3A, move = 0x3B, correlator = 0x3C

    // Code page 1
    case anchor = 0x85, emi = 0x86, format = 0x87, freeID = 0x88, freeMem = 0x89, last = 0x8A, mark = 0x8B
    case maxMsgSize = 0x8C, mem = 0x8D, metInf = 0x8E, next = 0x8F, nextNonce = 0x90, sharedMem = 0x91
    case size = 0x92, type = 0x93, version = 0x94, maxObjSize = 0x95, fieldLevel = 0x96

    /// The element with a token on a code page.
    init(token: UInt8, page: UInt8) {
        let value: Self? = page < 2 ? Self(rawValue: token | page << 7) : nil
        self = value ?? .unknown
    }

    /// The code page.
    var page: UInt8 { rawValue >> 7 }

    /// The token without flags.
    var token: UInt8 { rawValue & 0x3F }

    /// The local name in XML.
    var name: String {
        if self == .emi { return "EMI" }
        let text = String(describing: self)
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
