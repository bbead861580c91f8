// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats

/// What a device shows instead of another digest, once one was accepted: a part of the address that RespURI gives it.
///
/// 212 says that no Cred is needed for the rest of the session. A session's number is chosen by the device and easily
/// guessed, so the address that the session goes on at holds 128 bits that only this device was told.
///
/// Source: OMA-TS-DM_Security-V1_2, section 5.3; OMA SyncML Representation Protocol 1.2, RespURI.
struct OMADMSessionTicket: Sendable {
    private let text: String
    /// Whose digest was accepted: a device that enrols anew begins with one again.
    let account: WindowsAccount

    /// The name of the parameter.
    private static let parameter = "session"

    init(for account: WindowsAccount) {
        text = Hex.encode(SecureRandom.bytes(16))
        self.account = account
    }

    /// Whether the query of a request holds this ticket; compared in constant time.
    func isShown(in query: String) -> Bool {
        query.split(separator: "&").contains { pair in
            guard pair.hasPrefix("\(Self.parameter)=") else { return false }
            return ConstantTime.equal(Array(pair.utf8.dropFirst(Self.parameter.utf8.count + 1)), Array(text.utf8))
        }
    }

    /// Where the session goes on.
    ///
    /// - Parameters:
    ///   - target: what the device calls the server, which is where it reaches it: behind a proxy only it knows.
    ///   - address: the address that devices are given; it stands in for a target that is no address of ours.
    /// - Returns: the one of both with the ticket in its query.
    func respURI(target: String, address: String) -> String {
        let base = Self.isAddress(target) ? target : address
        let parts = base.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let others = parts.dropFirst().flatMap { $0.split(separator: "&") }
            .filter { !$0.hasPrefix("\(Self.parameter)=") }
        let query = others.map(String.init) + ["\(Self.parameter)=\(text)"]
        return (parts.first.map(String.init) ?? "") + "?" + query.joined(separator: "&")
    }

    /// Whether a text is an address that leads to the management endpoint.
    private static func isAddress(_ text: String) -> Bool {
        guard let url = try? ServiceURL(parsing: text), !text.contains("#") else { return false }
        return url.text.prefix { $0 != "?" }.hasSuffix(WindowsEnrollmentConfiguration.managementPath)
    }
}
