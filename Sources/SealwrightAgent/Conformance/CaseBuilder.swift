// SPDX-License-Identifier: Apache-2.0

import OMADM

/// Puts a case together; numbers the commands over all its messages.
struct CaseBuilder {
    let scope: TreeScope
    private let group: ConformanceCase.Group
    private let name: String
    /// The tree the case is about, below the root of the scope.
    private let root: [String]
    /// What is deleted first, below that tree.
    private let cleaned: [String]
    private var preparation: [Command] = []
    private var commands: [Command] = []
    private var expected: [ConformanceCase.Expectation] = []
    private var aftermath: [Command] = []
    private var expectedAftermath: [ConformanceCase.Expectation] = []
    private var number = 100

    init(
        _ group: ConformanceCase.Group, _ name: String, in scope: TreeScope,
        root: [String] = ClientCertificateInstall.root,
        cleaning cleaned: [String]? = nil
    ) {
        self.root = root
        self.cleaned =
            cleaned
            ?? ["PFXCertInstall", "SCEP"].flatMap { kind in
                [Self.uniqueID, Self.otherID].map { "\(kind)/\($0)" }
            }
        self.group = group
        self.scope = scope
        self.name = "\(scope.rawValue): \(name)"
    }

    /// The UniqueIDs that cases use.
    static let uniqueID = "conformance-1"
    static let otherID = "conformance-2"

    /// The finished case.
    ///
    /// There is always a read at the end: a message without commands would end the session.
    var finished: ConformanceCase {
        var complete = self
        if aftermath.isEmpty { complete.afterwards("", .ok) }
        return complete.joined
    }

    private var joined: ConformanceCase {
        let cleaning = cleaned.enumerated().map { number, path in
            Command.delete(Command.Delete(cmdID: "clean-\(number)", items: [item(path)]))
        }
        return ConformanceCase(
            group: group, name: name, preparation: preparation, commands: commands, expected: expected,
            aftermath: aftermath, expectedAftermath: expectedAftermath, cleaning: cleaning)
    }

    // MARK: Commands

    mutating func nextID() -> String {
        number += 1
        return String(number)
    }

    /// An address below the tree of the case; `{UniqueID}` stands for the one of the suite.
    func uri(_ path: String) -> String {
        let names = path.replacing(NodeDefinition.uniqueID, with: Self.uniqueID).split(separator: "/").map(String.init)
        return "\(LocURI(in: scope, segments: root + names))"
    }

    private func item(_ path: String, _ data: ItemData? = nil, _ format: MetaFormat? = nil) -> Item {
        Item(target: Location(uri(path)), meta: format.map { Meta(format: $0) }, data: data)
    }

    mutating func add(_ path: String, _ value: String?, _ format: MetaFormat?) -> Command {
        .add(Command.Edit(cmdID: nextID(), items: [item(path, value.map(ItemData.text), format)]))
    }

    mutating func replace(_ path: String, _ value: String?, _ format: MetaFormat?) -> Command {
        .replace(Command.Edit(cmdID: nextID(), items: [item(path, value.map(ItemData.text), format)]))
    }

    mutating func delete(_ path: String) -> Command { .delete(Command.Delete(cmdID: nextID(), items: [item(path)])) }
    mutating func get(_ path: String) -> Command { .get(Command.Get(cmdID: nextID(), items: [item(path)])) }
    mutating func exec(_ path: String) -> Command { .exec(Command.Exec(cmdID: nextID(), items: [item(path)])) }

    // MARK: Parts of the case

    mutating func prepare(_ command: Command) { preparation.append(command) }

    mutating func prepare(_ commands: [Command]) { preparation += commands }

    mutating func test(_ command: Command, _ code: StatusCode, data: String? = nil) {
        commands.append(command)
        expected.append(.init(cmdID: command.cmdID ?? "", code: code, data: data))
    }

    /// An Atomic with what has to come back for itself and for each child.
    mutating func test(atomic children: [Command], _ code: StatusCode, _ codes: [StatusCode]) {
        let id = nextID()
        commands.append(.atomic(Command.Atomic(cmdID: id, commands: children)))
        expected.append(.init(cmdID: id, code: code))
        for (child, code) in zip(children, codes) {
            expected.append(.init(cmdID: child.cmdID ?? "", code: code))
            for inner in child.children { expected.append(.init(cmdID: inner.cmdID ?? "", code: .notExecuted)) }
        }
    }

    /// An Atomic whose child at a position has to fail with a code.
    mutating func test(atomic children: [Command], failingAt position: Int, with code: StatusCode) {
        let codes = children.indices.map { index -> StatusCode in
            index < position ? .atomicRollBackOK : index == position ? code : .notExecuted
        }
        test(atomic: children, .atomicFailed, codes)
    }

    /// An Atomic that has to succeed.
    mutating func test(succeedingAtomic children: [Command]) {
        test(atomic: children, .ok, children.map { _ in .ok })
    }

    mutating func afterwards(_ path: String, _ code: StatusCode, data: String? = nil) {
        let command = get(path)
        aftermath.append(command)
        expectedAftermath.append(.init(cmdID: command.cmdID ?? "", code: code, data: data))
    }
}
