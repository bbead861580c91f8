// SPDX-License-Identifier: Apache-2.0

/// The 512 octets in front of each member of a tar file.
///
/// Only regular files with names under 100 octets are written or read: a backup holds nothing else, and what is not
/// read cannot lead anywhere.
///
/// Source: POSIX.1-2017, pax, section "ustar Interchange Format".
struct TarHeader: Sendable, Hashable {
    /// Octets of a header and of the unit that contents are padded to.
    static let blockSize = 512
    private static let longestName = 100
    /// The most that eleven octal digits say.
    private static let largestSize: Int64 = 0o77777777777

    let name: String
    /// Octets of the contents.
    let size: Int64
    /// Seconds since 1970.
    let modifiedAt: Int64

    /// Describes a member.
    ///
    /// - Throws: ``BackupError/unreadable(reason:)`` when name or size do not fit.
    init(name: String, size: Int64, modifiedAt: Int64) throws(BackupError) {
        guard (1...Self.longestName).contains(name.utf8.count), (0...Self.largestSize).contains(size) else {
            throw .unreadable(reason: "\(name) does not fit into a tar file")
        }
        self.name = name
        self.size = size
        self.modifiedAt = min(max(modifiedAt, 0), Self.largestSize)
    }

    /// Reads a header; `nil` for the empty block at the end.
    ///
    /// - Throws: ``BackupError/unreadable(reason:)``.
    init?(parsing block: [UInt8]) throws(BackupError) {
        guard block.count == Self.blockSize else { throw .unreadable(reason: "it ends in the middle of a header") }
        if block.allSatisfy({ $0 == 0 }) { return nil }
        guard Self.number(block[148..<156]) == Self.checksum(of: block) else {
            throw .unreadable(reason: "a header's checksum is wrong; this is no tar file, or it is damaged")
        }
        // NUL is what programs older than POSIX wrote for a regular file.
        guard block[156] == UInt8(ascii: "0") || block[156] == 0 else {
            throw .unreadable(reason: "it holds something else than plain files")
        }
        guard block[345..<500].allSatisfy({ $0 == 0 }) else { throw .unreadable(reason: "a name is too long") }
        guard let size = Self.number(block[124..<136]) else { throw .unreadable(reason: "a size is no octal number") }
        let name = String(decoding: block[0..<Self.longestName].prefix { $0 != 0 }, as: UTF8.self)
        try self.init(name: name, size: size, modifiedAt: Self.number(block[136..<148]) ?? 0)
    }

    /// Octets of padding behind the contents.
    var padding: Int { Int((Int64(Self.blockSize) - size % Int64(Self.blockSize)) % Int64(Self.blockSize)) }

    /// The header block; the file is for its owner only.
    var block: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        put(name, at: 0)
        put(Self.octal(0o600, digits: 7), at: 100)
        put(Self.octal(0, digits: 7), at: 108)
        put(Self.octal(0, digits: 7), at: 116)
        put(Self.octal(size, digits: 11), at: 124)
        put(Self.octal(modifiedAt, digits: 11), at: 136)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(Self.octal(Self.checksum(of: block), digits: 6), at: 148)
        block[154] = 0
        block[155] = UInt8(ascii: " ")
        return block
    }

    /// The sum of all octets, its own field counted as spaces.
    private static func checksum(of block: [UInt8]) -> Int64 {
        block.enumerated().reduce(0) { sum, item in
            sum + ((148..<156).contains(item.offset) ? 32 : Int64(item.element))
        }
    }

    private static func octal(_ number: Int64, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(digits - text.count, 0)) + text
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix {
            (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0)
        }
        return Int64(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
