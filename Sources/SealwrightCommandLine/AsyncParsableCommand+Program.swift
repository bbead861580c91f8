// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser

extension AsyncParsableCommand {
    /// Runs the program whose root command this is, and ends it as scripts know it when something failed.
    ///
    /// Help goes to standard output with 0; everything the parser refuses goes to standard error with 2.
    ///
    /// - Parameters:
    ///   - name: the program's name, which stands before what it complains of.
    ///   - translate: the failure that an error of the program's own libraries is; `nil` for any other error.
    ///   - remedy: what is to be done about a code, for failures that do not say it themselves.
    ///   - nearest: which of some words was probably meant by one that is none of them.
    package static func runProgram(
        _ name: String, translating translate: @Sendable (any Error) -> CommandFailure? = { _ in nil },
        remedy: @Sendable (String) -> String? = { _ in nil },
        nearest: @Sendable (String, [String]) -> String? = { _, _ in nil }
    ) async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            failure.report(as: name, remedy: remedy)
        } catch {
            if let failure = translate(error) ?? CommandFailure(parsing: error, of: Self.self, nearest: nearest) {
                failure.report(as: name, remedy: remedy)
            }
            exit(withError: error)
        }
    }
}
