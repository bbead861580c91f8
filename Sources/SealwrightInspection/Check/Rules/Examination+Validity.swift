// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// Row "Validity".
extension Examination {
    var validityObservation: Observation {
        guard let start = leaf.notBefore, let end = leaf.notAfter else {
            var seen = Observation("")
            seen.breaks(.validityUnreadable, "notBefore or notAfter is no time")
            return seen
        }
        let left = end.seconds(since: settings.time)
        let wanted = values.asksServersOnly && purpose != .server ? 0 : values.importSeconds
        var seen = Observation(
            wanted > 0
                ? "\(PlainDuration.text(left)) left at the import"
                : "until \(end.iso8601), \(PlainDuration.text(left)) left")
        noteMoment(&seen)
        guard seen.faults.isEmpty else { return seen }
        if wanted > 0, left < wanted {
            let days = wanted / 86_400
            seen.breaks(.importWindow, "\(PlainDuration.text(left)) left at the import; \(days) d required")
        }
        noteAge(from: start, to: end, left: left, &seen)
        noteLifetime(from: start, to: end, &seen)
        return seen
    }

    /// Every certificate below the anchor counts: clients refuse the chain of an authority that has expired.
    private func noteMoment(_ seen: inout Observation) {
        let below = reachesAnchor && path.count > 1 ? path.dropLast() : path[...]
        for (depth, certificate) in below.enumerated() {
            let who = depth == 0 ? "" : "the authority '\(certificate.subject)' "
            if let end = certificate.notAfter, end < settings.time {
                let ago = PlainDuration.text(settings.time.seconds(since: end))
                seen.breaks(.expired, "\(who)expired on \(end.iso8601), \(ago) ago")
            }
            if let start = certificate.notBefore, start > settings.time {
                let distance = PlainDuration.text(start.seconds(since: settings.time))
                seen.breaks(.notYetValid, "\(who)becomes valid on \(start.iso8601), in \(distance)")
            }
        }
    }

    /// Due in the last third of life, at most the last 30 days: certificates of hours and of years need other numbers.
    private func noteAge(from start: Timestamp, to end: Timestamp, left: Int64, _ seen: inout Observation) {
        let life = end.seconds(since: start)
        guard life > 0, left < min(life / 3, 30 * 86_400) else { return }
        let urgency = left < min(life / 12, 7 * 86_400) ? ", which is critical" : ""
        seen.breaks(
            .lateInLife, "\(PlainDuration.text(left)) of a life of \(PlainDuration.text(life)) are left\(urgency)")
    }

    /// Whether the installation that was named issued it: browsers' rules on public authorities are none for it.
    private var isOfOwnAuthority: Bool {
        subject.isOfOwnAuthority || (reachesAnchor && path.last.map(settings.ownRoots.contains) == true)
    }

    private func noteLifetime(from start: Timestamp, to end: Timestamp, _ seen: inout Observation) {
        guard !isOfOwnAuthority else { return }
        guard subject.purpose == .server || leaf.extendedKeyUsage?.contains(.serverAuth) == true else { return }
        let (life, overflow) = end.seconds(since: start).addingReportingOverflow(1)
        let step = PublicLifetime.step(at: start)
        guard overflow || life > step.seconds else { return }
        let next = PublicLifetime.following(step).map { "; \($0.days) days from \(PlainTime.day($0.from))" } ?? ""
        // `openssl x509 -days 200` makes it a second too long, which hours would not show.
        let excess = overflow ? Int64.max : life - step.seconds
        let words = excess < 3_600 ? "\(step.days) d and \(excess) s" : PlainDuration.text(life)
        seen.breaks(
            .lifetime,
            "a life of \(words); browsers accept \(step.days) days from a public authority\(next)")
    }
}

/// How long a public certificate may live, by the day it was issued.
///
/// The first and the last second count, so that 200 days are 17,280,000 seconds.
///
/// Source: CA/Browser Forum Baseline Requirements, section 6.3.2; ballot SC-081v3.
struct PublicLifetime: Equatable {
    let from: Timestamp
    let days: Int64
    var seconds: Int64 { days * 86_400 }

    private static let steps = [
        PublicLifetime(from: Timestamp(seconds: .min), days: 825),
        // 1 September 2020
        PublicLifetime(from: Timestamp(seconds: 1_598_918_400), days: 398),
        // 15 March 2026
        PublicLifetime(from: Timestamp(seconds: 1_773_532_800), days: 200),
        // 15 March 2027
        PublicLifetime(from: Timestamp(seconds: 1_805_068_800), days: 100),
        // 15 March 2029
        PublicLifetime(from: Timestamp(seconds: 1_868_227_200), days: 47),
    ]

    /// The rule for a certificate that begins at a moment.
    static func step(at start: Timestamp) -> PublicLifetime {
        steps.last { $0.from <= start } ?? PublicLifetime(from: start, days: 825)
    }

    /// The rule that comes after another.
    static func following(_ step: PublicLifetime) -> PublicLifetime? {
        steps.first { $0.from > step.from }
    }
}

/// Lengths of time to the hour: `29 d 04 h`.
enum PlainDuration {
    static func text(_ seconds: Int64) -> String {
        let magnitude = seconds.magnitude
        let sign = seconds < 0 ? "-" : ""
        let (days, hours, minutes) = (magnitude / 86_400, magnitude / 3_600 % 24, magnitude / 60 % 60)
        if days > 0 { return "\(sign)\(days) d \(padded(hours)) h" }
        return hours > 0 ? "\(sign)\(hours) h \(padded(minutes)) min" : "\(sign)\(minutes) min"
    }

    private static func padded(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
