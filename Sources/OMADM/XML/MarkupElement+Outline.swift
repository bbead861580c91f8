// SPDX-License-Identifier: Apache-2.0

extension MarkupElement {
    /// The element as lines for people.
    ///
    /// What fits stands on one line; of a longer element each child has its own lines, two spaces further in. White
    /// space between elements is not kept, and text is never broken: a line is as long as the text in it.
    ///
    /// - Parameter width: octets up to which an element with elements inside stays on one line.
    /// - Returns: the lines; joined they are the same element again.
    /// - Throws: what ``serialize(prefixes:declaration:)`` throws.
    public func outline(width: Int = 100) throws(OMADMError) -> [String] {
        var lines: [String] = []
        try outline(into: &lines, inherited: "", indent: "", width)
        return lines
    }

    /// The readers' limit of depth bounds how deep this goes, and so does the writer's.
    private func outline(
        into lines: inout [String], inherited: String, indent: String, _ width: Int
    ) throws(OMADMError) {
        let whole = try written(inherited)
        guard whole.utf8.count + indent.utf8.count > width, hasElementsOnly else { return lines.append(indent + whole) }
        var tag = self
        tag.content = []
        // `<name …/>`: the start tag is the same without the slash.
        let start = try tag.written(inherited).dropLast(2)
        lines.append("\(indent)\(start)>")
        for child in children { try child.outline(into: &lines, inherited: namespace, indent: indent + "  ", width) }
        lines.append(indent + "</\(name)>")
    }

    private func written(_ inherited: String) throws(OMADMError) -> String {
        var writer = MarkupWriter()
        try write(to: &writer, inherited: inherited)
        return String(decoding: writer.octets, as: UTF8.self)
    }

    /// Whether there are elements inside, and between them white space at most.
    private var hasElementsOnly: Bool {
        var hasElements = false
        for part in content {
            switch part {
            case .element: hasElements = true
            case .text(let text): if !Self.trimmed(text).isEmpty { return false }
            }
        }
        return hasElements
    }
}
