// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser

/// Where a program's manual pages go, and how that is told.
package struct ManualOptions: ParsableArguments {
    @Argument(help: "The folder, which is made when it is not there.")
    package var folder: String

    @Flag(name: .long, help: "Print JSON.")
    package var json = false

    private struct Document: Encodable {
        let folder: String
        let pages: [String]
    }

    package init() {}

    /// Writes the pages and tells which.
    ///
    /// - Throws: ``CommandFailure`` with the reason when one cannot be written.
    package func write(_ manual: Manual) throws(CommandFailure) {
        let pages = try manual.write(to: folder)
        Terminal.result(
            json ? JSONText.of(Document(folder: folder, pages: pages)) : "\(pages.count) manual pages in \(folder)")
    }
}
