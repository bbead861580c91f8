// SPDX-License-Identifier: Apache-2.0

/// What is said about a message, a command or an item.
///
/// ```
/// Meta: Format?, Type?, FieldLevel?, Mark?, Size?, Anchor?, Version?, NextNonce?, MaxMsgSize?, MaxObjSize?, EMI*, Mem?
/// ```
/// The children are in the namespace `syncml:metinf`, which each of them declares; messages that leave it out are read.
///
/// Source: OMA SyncML Representation Protocol 1.2, section 6.4.2; OMA SyncML Meta-Information 1.2, section 5.
public struct Meta: Hashable, Sendable {
    /// How the data is to be understood.
    public var format: MetaFormat?
    /// The media type of the data, the scheme of a credential, or what happened, in a generic alert.
    public var type: String?
    /// What few messages say, kept outside.
    var outlined: Outlined<Rare>?

    /// What few messages say.
    struct Rare: Hashable, Sendable {
        var fieldLevel: Bool = false
        var mark: String?
        var size: UInt64?
        var anchor: Anchor?
        var version: String?
        var nextNonce: String?
        var maxMsgSize: UInt64?
        var maxObjSize: UInt64?
        var emi: [String] = []
        var mem: Mem?
    }

    /// Makes meta information.
    ///
    /// - Parameters:
    ///   - format: how the data is to be understood.
    ///   - type: the media type.
    public init(format: MetaFormat? = nil, type: String? = nil) {
        self.format = format
        self.type = type
    }

    /// Whether the data names only some fields of its object.
    public var fieldLevel: Bool {
        get { rare?.fieldLevel ?? false }
        set { change { $0.fieldLevel = newValue } }
    }

    /// How grave an alert is: `fatal`, `critical`, `minor`, `warning`, `informational`, `harmless`, `indeterminate`.
    public var mark: String? {
        get { rare?.mark }
        set { change { $0.mark = newValue } }
    }

    /// Octets of the whole object, in the first chunk of a large one.
    public var size: UInt64? {
        get { rare?.size }
        set { change { $0.size = newValue } }
    }

    /// Synchronisation anchors.
    public var anchor: Anchor? {
        get { rare?.anchor }
        set { change { $0.anchor = newValue } }
    }

    /// The revision of the object.
    public var version: String? {
        get { rare?.version }
        set { change { $0.version = newValue } }
    }

    /// The nonce of a challenge, in Base64; digests are computed over the decoded octets.
    public var nextNonce: String? {
        get { rare?.nextNonce }
        set { change { $0.nextNonce = newValue } }
    }

    /// Octets of the largest message that the sender takes.
    public var maxMsgSize: UInt64? {
        get { rare?.maxMsgSize }
        set { change { $0.maxMsgSize = newValue } }
    }

    /// Octets of the largest object that the sender takes.
    public var maxObjSize: UInt64? {
        get { rare?.maxObjSize }
        set { change { $0.maxObjSize = newValue } }
    }

    /// Experimental meta information.
    public var emi: [String] {
        get { rare?.emi ?? [] }
        set { change { $0.emi = newValue } }
    }

    /// Memory of the sender.
    public var mem: Mem? {
        get { rare?.mem }
        set { change { $0.mem = newValue } }
    }

    /// What few messages say; `nil` when nothing of it is said.
    var rare: Rare? { outlined?.value }

    private mutating func change(_ apply: (inout Rare) -> Void) {
        var changed = rare ?? Rare()
        apply(&changed)
        outlined = changed == Rare() ? nil : .value(changed)
    }
}

/// Anchors of a synchronisation.
///
/// ```
/// Anchor: Last?, Next
/// ```
///
/// Source: OMA SyncML Meta-Information 1.2, section 5.1.
public struct Anchor: Hashable, Sendable {
    /// The anchor of the last synchronisation.
    public var last: String?
    /// The anchor of this one.
    public var next: String

    /// Makes anchors.
    public init(last: String? = nil, next: String) {
        self.last = last
        self.next = next
    }
}

/// Memory of the sender.
///
/// ```
/// Mem: SharedMem?, FreeMem, FreeID
/// ```
///
/// Source: OMA SyncML Meta-Information 1.2, section 5.9.
public struct Mem: Hashable, Sendable {
    /// Whether the memory is shared between data stores.
    public var isShared: Bool
    /// Free octets.
    public var freeMem: UInt64
    /// Free item identifiers.
    public var freeID: UInt64

    /// Makes a statement about memory.
    public init(isShared: Bool = false, freeMem: UInt64, freeID: UInt64) {
        self.isShared = isShared
        self.freeMem = freeMem
        self.freeID = freeID
    }
}
