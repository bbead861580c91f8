// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// What a client asks of a SCEP URL: the `operation` parameter of its query.
///
/// Name and value are compared without regard to case, and parameters nobody defined are passed over.
///
/// Source: RFC 8894, section 4.1.
public enum Operation: Hashable, Sendable {
    /// Which capabilities the authority has.
    case getCACaps(caIdentifier: String?)
    /// Which certificates the authority has.
    case getCACert(caIdentifier: String?)
    /// Which certificates the authority will have.
    case getNextCACert(caIdentifier: String?)
    /// A message; with GET it stands in the query, see ``GETMessage``, with POST it is the body.
    case pkiOperation

    /// Reads a raw query string: what stands after `?`, not decoded.
    ///
    /// - Throws: ``SCEPError/missing(_:)``, ``SCEPError/unknownOperation(_:)`` or
    ///   ``SCEPError/messageTooLarge(limit:)``.
    public init(rawQuery: some StringProtocol) throws(SCEPError) {
        let query = try QueryParameters(rawQuery: rawQuery)
        guard let name = query.text("operation") else { throw .missing("operation") }
        switch name.lowercased() {
        case "getcacaps": self = .getCACaps(caIdentifier: Self.caIdentifier(in: query))
        case "getcacert": self = .getCACert(caIdentifier: Self.caIdentifier(in: query))
        case "getnextcacert": self = .getNextCACert(caIdentifier: Self.caIdentifier(in: query))
        case "pkioperation": self = .pkiOperation
        default: throw .unknownOperation(String(name.prefix(64)))
        }
    }

    /// The `message` parameter, when it names an authority.
    ///
    /// Windows always sends `message=default` and cannot be told otherwise; others send `ignored` or `0`.
    private static func caIdentifier(in query: QueryParameters) -> String? {
        guard let identifier = query.text("message"), !identifier.isEmpty else { return nil }
        return ["default", "ignored", "0"].contains(identifier.lowercased()) ? nil : identifier
    }

    /// The standard's word.
    public var name: String {
        switch self {
        case .getCACaps: "GetCACaps"
        case .getCACert: "GetCACert"
        case .getNextCACert: "GetNextCACert"
        case .pkiOperation: "PKIOperation"
        }
    }

    /// The query string a client sends for this operation.
    public var rawQuery: String {
        switch self {
        case .getCACaps(let identifier), .getCACert(let identifier), .getNextCACert(let identifier):
            "operation=\(name)" + (identifier.map { "&message=" + PercentEncoding.encode($0.utf8) } ?? "")
        case .pkiOperation: "operation=PKIOperation"
        }
    }
}
