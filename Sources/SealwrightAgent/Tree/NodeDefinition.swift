// SPDX-License-Identifier: Apache-2.0

public import OMADM

/// What is fixed about a node of the tree, before any value.
///
/// Source: OMA Device Management Tree and Description 1.2, section 7; Microsoft, Device Description Framework v2.
public struct NodeDefinition: Hashable, Sendable {
    /// Commands a node can take.
    public struct Access: OptionSet, Hashable, Sendable {
        /// One bit a command.
        public let rawValue: UInt8

        /// Makes a set from its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Add.
        public static let add = Self(rawValue: 1)
        /// Delete.
        public static let delete = Self(rawValue: 2)
        /// Get.
        public static let get = Self(rawValue: 4)
        /// Replace.
        public static let replace = Self(rawValue: 8)
        /// Exec.
        public static let exec = Self(rawValue: 16)

        /// The names of the commands, in alphabetical order.
        public var names: [String] {
            [(Self.add, "Add"), (.delete, "Delete"), (.exec, "Exec"), (.get, "Get"), (.replace, "Replace")]
                .filter { contains($0.0) }.map(\.1)
        }
    }

    /// How often a node can stand under its parent.
    public enum Occurrence: String, Sendable, Hashable {
        /// Always.
        case one = "One"
        /// At most once.
        case zeroOrOne = "ZeroOrOne"
        /// Under any number of names.
        case zeroOrMore = "ZeroOrMore"
    }

    /// Whose trees have the node.
    public struct Scopes: OptionSet, Hashable, Sendable {
        /// One bit a kind of tree.
        public let rawValue: UInt8

        /// Makes a set from its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The device's.
        public static let device = Self(rawValue: 1)
        /// Those of users.
        public static let user = Self(rawValue: 2)
        /// Both.
        public static let both: Self = [.device, .user]

        /// One of them.
        init(_ scope: TreeScope) {
            self = scope == .user ? .user : .device
        }

        /// Whether a tree is among them.
        func contains(_ scope: TreeScope) -> Bool { contains(Self(scope)) }
    }

    /// Another node whose value this one needs.
    public struct Dependency: Hashable, Sendable {
        /// The other node, under the same parent.
        public let node: String
        /// The values it may have.
        public let allowed: [String]
    }

    /// The name that stands for one that the server chooses.
    public static let uniqueID = "{UniqueID}"

    /// The names from the root of the scope to the node.
    public let path: [String]
    /// The format of its value; `node` for an interior one.
    public let format: MetaFormat
    /// The commands it takes.
    public let access: Access
    /// How often it can stand.
    public let occurrence: Occurrence
    /// Whether it is always there.
    public let isPermanent: Bool
    /// The value that counts when the node is absent.
    public let defaultValue: String?
    /// What values it takes.
    public let rule: ValueRule
    /// When it must be there: a kind of installation, with the value of another node that makes it so.
    public let required: String?
    /// Another node whose value it needs.
    public let dependency: Dependency?
    /// Whether its value is a secret.
    public let isSecret: Bool
    /// The first build of Windows that has it.
    public let sinceBuild: String
    /// Whose trees have it.
    public let scopes: Scopes
    /// Whether Windows expects it, and what is below it, to be written inside an Atomic.
    public let isAtomicRequired: Bool

    /// The last name of the path.
    public var name: String { path.last ?? "" }
    /// Whether other nodes can be below it.
    public var isInterior: Bool { format == .node }
    /// Whether its name is chosen by a server or the device: the definition has a word in braces in its place.
    public var isNameChosen: Bool { name.hasPrefix("{") && name.hasSuffix("}") }
    /// The media type of its value; `nil` for an interior node.
    public var mime: String? { isInterior ? nil : "text/plain" }

    /// Makes a definition.
    ///
    /// - Parameters:
    ///   - path: the names from the root of the scope, joined with slashes.
    ///   - format: the format of its value.
    ///   - access: the commands it takes.
    ///   - occurrence: how often it can stand.
    ///   - isPermanent: whether it is always there.
    ///   - defaultValue: the value that counts when the node is absent.
    ///   - rule: what values it takes.
    ///   - required: when it must be there.
    ///   - dependency: another node whose value it needs.
    ///   - isSecret: whether its value is a secret.
    ///   - sinceBuild: the first build of Windows that has it.
    ///   - scopes: whose trees have it.
    ///   - isAtomicRequired: whether Windows expects it to be written inside an Atomic.
    public init(
        _ path: String, _ format: MetaFormat, _ access: Access, _ occurrence: Occurrence = .one,
        isPermanent: Bool = false, defaultValue: String? = nil, rule: ValueRule = .any, required: String? = nil,
        dependency: Dependency? = nil, isSecret: Bool = false, sinceBuild: String = "10.0.10586",
        scopes: Scopes = .both, isAtomicRequired: Bool = false
    ) {
        self.path = path.split(separator: "/").map(String.init)
        self.format = format
        self.access = access
        self.occurrence = occurrence
        self.isPermanent = isPermanent
        self.defaultValue = defaultValue
        self.rule = rule
        self.required = required
        self.dependency = dependency
        self.isSecret = isSecret
        self.sinceBuild = sinceBuild
        self.scopes = scopes
        self.isAtomicRequired = isAtomicRequired
    }
}
