// SPDX-License-Identifier: Apache-2.0

import OMADM
import PKIFormats

/// The address of a node, or of a property or list of it.
///
/// `./Device/Vendor/MSFT/…`, `./User/Vendor/MSFT/…`; without `Device` or `User` the device is meant. Segments are
/// percent-encoded UTF-8 and compared with ASCII letters in either case.
///
/// Source: OMA Device Management Tree and Description 1.2, section 6; MS-MDM, section 2.2.5; Microsoft,
/// "OMA DM protocol support", LocURI.
struct LocURI: Hashable, Sendable {
    /// What of the node is meant.
    enum Query: Hashable, Sendable {
        /// `?prop=`: one property.
        case property(String)
        /// `?list=`: the node and what is below it.
        case list(String)
    }

    /// Whose tree is meant.
    let scope: TreeScope
    /// The names below the root, decoded; empty for the root itself.
    let segments: [String]
    /// What of the node is meant; `nil` for its value.
    let query: Query?

    /// Reads an address.
    ///
    /// - Throws: ``CommandFailure`` with status 414 for one over ``Location/locURILimit`` octets and 400 for one that
    ///   begins with a slash, has an empty segment, a segment `*`, a point behind the first segment or broken escapes.
    init(_ text: String) throws(CommandFailure) {
        guard text.utf8.count <= Location.locURILimit else {
            throw CommandFailure(.uriTooLong, "a LocURI of more than \(Location.locURILimit) octets")
        }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var names: [String] = []
        for (index, part) in (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            if part == ".", index == 0 { continue }
            names.append(try Self.decode(part))
        }
        let first = names.first.map(LocURIText.fold)
        scope = first == "user" ? .user : .device
        segments = first == "user" || first == "device" ? Array(names.dropFirst()) : names
        query = try parts.dropFirst().first.map { (text) throws(CommandFailure) in try Self.query(text) }
    }

    /// Names a node.
    init(in scope: TreeScope, segments: [String]) {
        self.scope = scope
        self.segments = segments
        query = nil
    }

    private static func decode(_ part: Substring) throws(CommandFailure) -> String {
        guard !part.isEmpty, part != "*", part != "." else {
            throw CommandFailure(.badRequest, "a LocURI with an empty segment, '*' or '.'")
        }
        guard let name = LocURIText.decode(part) else {
            throw CommandFailure(.badRequest, "a LocURI with broken escapes, or octets that are no text")
        }
        guard !name.isEmpty, !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw CommandFailure(.badRequest, "a LocURI that is not text") }
        return name
    }

    private static func query(_ text: Substring) throws(CommandFailure) -> Query {
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = pair.first, let value = pair.dropFirst().first else {
            throw CommandFailure(.badRequest, "a LocURI with an unknown query")
        }
        switch LocURIText.fold(name) {
        case "prop": return .property(String(value))
        case "list": return .list(String(value))
        default: throw CommandFailure(.badRequest, "a LocURI with an unknown query")
        }
    }
}

extension LocURI: CustomStringConvertible {
    /// The address as it is written in answers; the query is left out.
    var description: String {
        let below = segments.map(LocURIText.segment)
        let isManaged = below.first == "Vendor"
        let root = scope == .user || isManaged ? [".", scope.rawValue] : ["."]
        return (root + below).joined(separator: "/")
    }
}
