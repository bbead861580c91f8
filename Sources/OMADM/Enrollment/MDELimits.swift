// SPDX-License-Identifier: Apache-2.0

/// The bounds on what one enrolment message may hold; lengths in octets.
public enum MDELimits {
    /// Octets of a message.
    ///
    /// A request with an RSA-4096 key and a token of Entra stays under 20 KiB, a reply with a long chain under 60.
    public static let message = 512 << 10
    /// Octets of a Base64 token, in the header or in the body.
    ///
    /// Tokens of Entra have 2 to 10 KiB, a renewal twice that.
    public static let token = 128 << 10
    /// Octets of a user name or a password.
    public static let credential = 1024
    /// Octets of names, addresses and other short values.
    public static let text = 2048
    /// Items of additional context.
    ///
    /// Windows sends up to 20, a MAC address each among them.
    public static let contextItems = 128
    /// Octets of one context item's value; `EnrollmentData` is the longest.
    public static let contextValue = 16 << 10
    /// Members of lists such as authentication policies, enrolment policies and object identifiers.
    public static let members = 64
    /// Header blocks that a fault names as not understood.
    static let headersNamed = 8
    /// Characteristics and parameters of a provisioning document, together.
    public static let provisioningElements = 10_000

    /// What the XML reader may spend on one message.
    ///
    /// The deepest message has 12 elements inside one another, the largest some hundred.
    static let markup: MarkupLimits = {
        var limits = MarkupLimits(octets: message, depth: 24)
        limits.elements = 4096
        limits.textOctets = message
        return limits
    }()

    /// What the XML reader may spend on a provisioning document.
    static let provisioning: MarkupLimits = {
        var limits = MarkupLimits(octets: message, depth: 24)
        limits.elements = provisioningElements
        return limits
    }()
}
