// SPDX-License-Identifier: Apache-2.0

/// What an input turned out to be, for people and machines alike.
///
/// The same value becomes the text of a terminal (``text(width:)``), the JSON of `--json` and the console's page.
package struct InspectionReport: Sendable, Hashable, Codable {
    /// What it is.
    package let type: InspectionType
    /// What it means, in whole sentences, the most important first.
    package let summary: [String]
    /// What deserves attention, the gravest first.
    package let findings: [InspectionFinding]
    /// What it holds.
    package let sections: [InspectionSection]

    init(
        _ type: InspectionType, summary: [String], findings: [InspectionFinding] = [], sections: [InspectionSection]
    ) {
        self.type = type
        self.summary = summary.map { Printable.text($0) }
        self.findings = findings.sorted()
        self.sections = sections.filter { !$0.isEmpty }
    }
}

/// Fields that belong together, and parts with titles of their own.
package struct InspectionSection: Sendable, Hashable, Codable {
    /// `Extensions`; empty for the fields of the thing itself.
    package let title: String
    package let fields: [InspectionField]
    package let sections: [InspectionSection]

    init(_ title: String, _ fields: [InspectionField] = [], sections: [InspectionSection] = []) {
        self.title = Printable.text(title)
        self.fields = fields
        self.sections = sections.filter { !$0.isEmpty }
    }

    var isEmpty: Bool { fields.isEmpty && sections.isEmpty }
}

/// One fact.
package struct InspectionField: Sendable, Hashable, Codable {
    /// What the fact is about, `Serial number`; the same word for the same thing everywhere.
    package let label: String
    /// The fact.
    ///
    /// Characters that could disturb a terminal are written as `\u{…}`.
    package let value: String
    /// What to make of it, `in 90 days`.
    package let note: String?

    init(_ label: String, _ value: String, note: String? = nil) {
        self.label = Printable.text(label)
        self.value = Printable.text(value)
        self.note = note.map { Printable.text($0) }
    }

    /// A fact that may be missing; without it there is no field.
    init?(_ label: String, _ value: String?, note: String? = nil) {
        guard let value else { return nil }
        self.init(label, value, note: note)
    }
}

extension InspectionReport {
    /// The report as a part of a larger one.
    func section(_ title: String) -> InspectionSection {
        let untitled = sections.filter { $0.title.isEmpty && $0.sections.isEmpty }
        let rest = sections.filter { !$0.title.isEmpty || !$0.sections.isEmpty }
        return InspectionSection(
            title, [InspectionField("Meaning", summary.joined(separator: " "))] + untitled.flatMap(\.fields),
            sections: rest)
    }
}
