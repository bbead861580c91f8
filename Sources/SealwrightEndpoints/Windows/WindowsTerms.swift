// SPDX-License-Identifier: Apache-2.0

import CryptoProvider
import OMADM
import PKIFormats

/// The terms of use of an enrolment.
package struct WindowsTerms: Sendable {
    /// Plain text; an empty line begins a paragraph.
    package let text: String
    /// Whether a device enrols only with terms that were accepted.
    package let isRequired: Bool
    /// Names this text, so that what was accepted can be told from what stood there later: 32 hexadecimal digits.
    package let digest: String

    /// Octets of a text.
    package static let limit = 64 << 10
    /// Seconds an acceptance counts: the set-up of a new machine may wait over a night.
    static let lifetime: Int64 = 86_400
    /// What an acceptance is made for.
    private static let purpose = "terms-of-use"

    /// - Parameters:
    ///   - text: the text; without one it says whose management the device comes under.
    ///   - organisation: who manages the device.
    ///   - isRequired: whether a device enrols only with terms that were accepted.
    package init(text: String? = nil, organisation: String, isRequired: Bool = false) {
        let text = text ?? Self.standard(organisation)
        self.text = text
        self.isRequired = isRequired
        digest = Hex.encode(DigestAlgorithm.sha256.hash(text.utf8).prefix(16))
    }

    private static func standard(_ organisation: String) -> String {
        """
        This device will be managed by this organisation: \(organisation).

        Its management can ask the device what it is and how it is set up, set rules for it, and give it certificates \
        and accounts and take them away again. You can end this in Settings, Accounts, Access work or school.
        """
    }

    /// The text as paragraphs of HTML.
    var html: String {
        text.replacing("\r\n", with: "\n").split(separator: "\n\n").map { paragraph in
            "<p>\(HTMLText.escape(String(paragraph)).replacing("\n", with: "<br>\n"))</p>"
        }.joined(separator: "\n")
    }

    /// The `OpaqueBlob` that says that this text was accepted.
    func acceptance(_ codes: ExpiringCode, clientRequestID: String?, at now: Timestamp) -> String {
        codes.make(Self.purpose, [digest, clientRequestID ?? ""], until: now.adding(seconds: Self.lifetime))
    }

    /// The client-request-id of an acceptance of this text; `nil` when it is none.
    func acceptedRequest(_ blob: String, _ codes: ExpiringCode, at now: Timestamp) -> String? {
        guard let facts = codes.read(blob, Self.purpose, at: now), facts.first == digest else { return nil }
        return facts.last
    }
}
