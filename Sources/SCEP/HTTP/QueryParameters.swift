// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The parameters of a raw query string: what stands after `?`, nothing decoded yet.
///
/// Our own because URL types turn `+` into a space, refuse unescaped characters or decode once too often, and
/// SCEP clients depend on all three.
struct QueryParameters {
    /// The most octets of a query that are looked at: a message of 256 KiB in base64, and room for escapes.
    static let maximumOctets = 384 * 1024
    /// The most parameters that are looked at.
    ///
    /// SCEP knows two.
    static let maximumCount = 32

    private let parameters: [(name: String, value: ArraySlice<UInt8>)]

    /// Splits a query.
    ///
    /// - Throws: ``SCEPError/messageTooLarge(limit:)`` when it is over ``maximumOctets``.
    init(rawQuery: some StringProtocol) throws(SCEPError) {
        guard rawQuery.utf8.count <= Self.maximumOctets else { throw .messageTooLarge(limit: Self.maximumOctets) }
        let fields = Array(rawQuery.utf8).split(separator: UInt8(ascii: "&"), maxSplits: Self.maximumCount)
        parameters = fields.prefix(Self.maximumCount).map { field in
            let end = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
            let name = PercentEncoding.decodeTolerantly(field[..<end]).prefix(64)
            return (String(decoding: name, as: UTF8.self).lowercased(), field[end...].dropFirst())
        }
    }

    /// The raw octets of the first parameter of this name, upper and lower case being the same.
    func raw(_ name: String) -> ArraySlice<UInt8>? {
        parameters.first { $0.name == name }?.value
    }

    /// The decoded text of a short parameter; `+` is a space here.
    func text(_ name: String, limit: Int = 256) -> String? {
        guard let raw = raw(name), raw.count <= limit * 3 else { return nil }
        let spaced = raw.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(decoding: PercentEncoding.decodeTolerantly(spaced[...]).prefix(limit), as: UTF8.self)
    }
}
