// SPDX-License-Identifier: Apache-2.0

import PKIFormats

extension DenialReason: CustomStringConvertible {
    /// ``sentence``.
    package var description: String { sentence }

    /// One sentence for people, lower case and without a full stop, so that it fits behind a prefix.
    ///
    /// It may be told to the peer, for SCEP as failInfoText. Names in it come from the request, so characters that
    /// could disturb a terminal are replaced and its length is bounded.
    package var sentence: String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(Self.longestSentence) {
            scalars.append(scalar.isUnsafeToPrint ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }

    private static let longestSentence = 500

    private var text: String {
        switch self {
        case .challengeMissing: "the request carries no challenge"
        case .challengeUnknown: "the challenge is not known here"
        case .challengeAlreadyUsed: "the challenge was used already"
        case .challengeExpired(let end): "the challenge expired at \(end)"
        case .challengeSubjectMismatch(let requested): "the challenge was not made for \(requested.orEmptySubject)"
        case .challengeEndpointMismatch: "the challenge was made for another endpoint"
        case .notPermitted(let what): "this endpoint does not permit \(what)"
        case .webhookDenied(let text): "the approving service refused: \(text)"
        case .webhookUnavailable: "the approving service does not answer"
        case .deniedByApprover(let text?): "an administrator refused: \(text)"
        case .deniedByApprover(nil): "an administrator refused"
        case .tooManyWaiting: "too many requests wait for approval at this endpoint"
        case .waitedTooLong: "nobody decided about the request in time"
        default: requestSentence
        }
    }

    private var requestSentence: String {
        switch self {
        case .requestSignatureInvalid: "the certification request is not signed by its own key"
        case .signerKeyMismatch: "the message and the certification request have different keys"
        case .requestMalformed(let what): "the certification request cannot be read: \(what)"
        case .transactionIDInUse: "the transactionID belongs to another waiting request"
        case .transactionUnknown: "no such transaction"
        case .transactionEnded(let why): "the transaction has ended: \(why)"
        case .keyTooSmall(let bits, let minimum): "the RSA key has \(bits) bits, at least \(minimum) are needed"
        case .keyTooLarge(let bits, let maximum): "the RSA key has \(bits) bits, at most \(maximum) are allowed"
        case .keyTypeNotAllowed(let type): "keys of type \(type) are not allowed"
        case .weakKey(let weaknesses): "the key is weak: " + weaknesses.joined(separator: "; ")
        case .keyCompromised: "the key is known to be compromised"
        // Whose certificate it is, is not the requester's to know.
        case .keyInUse: "another subject has a certificate for this key"
        case .subjectNotAllowed(let why): "the subject is not allowed: \(why)"
        case .nameNotAllowed(let name, let why): "the name \(name) is not allowed: \(why)"
        case .subjectAlreadyEnrolled(let subject): "another valid certificate is issued to \(subject)"
        default: authoritySentence
        }
    }

    private var authoritySentence: String {
        switch self {
        case .renewalOutsideWindow(let opening): "renewal is possible from \(opening)"
        case .renewalSubjectMismatch(let requested): "the certificate to renew is not for \(requested.orEmptySubject)"
        case .signerRevoked(let reason): "the signing certificate is revoked (\(reason.name))"
        case .signerExpired(let end): "the signing certificate expired at \(end)"
        case .signerUnknown: "the signing certificate was not issued here"
        case .signerNotForEndpoint(let why): "the signing certificate cannot be renewed here: \(why)"
        case .deviceBlocked: "the device is blocked or retired"
        case .authorityUnavailable(let id, let why): "the authority \(id) cannot issue: \(why)"
        case .lintFailed(let findings): "the certificate would be faulty: " + findings.joined(separator: "; ")
        case .issuanceFailed(let why): "the certificate could not be issued: \(why)"
        default: code
        }
    }

    /// What an administrator does about it.
    package var hint: String {
        switch self {
        case .challengeMissing, .challengeUnknown, .challengeAlreadyUsed, .challengeExpired:
            "make a new one with `sealwright challenge create` and give it to the device"
        case .challengeSubjectMismatch: "make a challenge for this subject, or one without --subject"
        case .challengeEndpointMismatch: "make the challenge with --endpoint naming the endpoint the device uses"
        case .notPermitted: "allow it in the endpoint's configuration if it is wanted"
        case .webhookDenied, .deniedByApprover: "ask whoever decided"
        case .tooManyWaiting:
            "decide the waiting ones, which `sealwright enrollment list` shows, or raise the endpoint's waiting-limit"
        case .waitedTooLong: "let the device send a new request, and decide it while it waits"
        case .webhookUnavailable: "check that the webhook's URL answers, then let the device try again"
        case .requestSignatureInvalid, .requestMalformed, .signerKeyMismatch:
            "make a new request on the device; `sealwright inspect` shows what is in this one"
        case .transactionIDInUse: "let the device start a new transaction, or decide the waiting one"
        case .transactionUnknown, .transactionEnded: "let the device send a new request"
        default: keyAndNameHint
        }
    }

    private var keyAndNameHint: String {
        switch self {
        case .keyTooSmall: "set a longer key on the device, or lower the endpoint's minimum-rsa-bits"
        case .keyTooLarge: "set a shorter key on the device"
        case .keyTypeNotAllowed: "set another type of key on the device, for SCEP RSA"
        case .weakKey: "make a new key; the program that made this one should not make others"
        case .keyCompromised: "make a new key on the device"
        case .keyInUse(let subject): "make a new key on the device: this one belongs to \(subject)"
        case .subjectNotAllowed:
            "change the name on the device, or in your order; there, quote a value that holds one of , + = ;"
        case .nameNotAllowed: "change the name on the device, or in your order"
        case .subjectAlreadyEnrolled: "revoke the other certificate, or allow several for one subject"
        case .renewalOutsideWindow: "wait, or widen the endpoint's renewal window"
        case .renewalSubjectMismatch: "renew with the same names, or enrol anew with a challenge"
        case .signerExpired: "enrol anew with a challenge, or give the endpoint a renewal-grace"
        case .signerRevoked, .signerUnknown, .signerNotForEndpoint: "enrol anew with a challenge"
        case .deviceBlocked: "`sealwright device show` tells who blocked it and when"
        case .authorityUnavailable: "`sealwright ca list` shows the state of every authority"
        case .lintFailed: "change what the device asks for, or the profile"
        case .issuanceFailed: "let the device send a new request; the log holds the cause"
        default: ""
        }
    }
}

extension String {
    /// A requested name, or that there is none.
    fileprivate var orEmptySubject: String { isEmpty ? "an empty subject" : self }
}
