// SPDX-License-Identifier: Apache-2.0

import PKIFormats

extension PayloadLint {
    mutating func checkSCEP(_ scep: InstallationCommands) {
        let isEnrolling = scep.steps.contains { $0.command == "Exec" }
        // A Replace alone changes what is there; a first enrolment has to be complete.
        let isFirst = isEnrolling && !scep.steps.contains { $0.command == "Replace" }
        if isFirst {
            checkRequired(scep)
            checkAdd(scep)
        }
        checkEnroll(scep)
        checkNumbers(scep)
        checkTexts(scep)
        checkHashAlgorithm(scep)
        checkKey(scep)
    }

    private mutating func checkAdd(_ scep: InstallationCommands) {
        guard scep.steps("Add", "").isEmpty else { return }
        add(
            .uniqueIDNotAdded, .note, scep.locURI,
            "The UniqueID is not added by a command of its own; it is created by the first node below it.",
            fix: "Add it as the first of the Atomic.")
    }

    private mutating func checkEnroll(_ scep: InstallationCommands) {
        for exec in scep.steps where exec.command == "Exec" {
            guard exec.key == "install/enroll" else {
                add(.enroll, .error, exec.locURI, "The node takes no Exec.", fix: "Exec Install/Enroll.")
                continue
            }
            if exec.text?.isEmpty == false {
                add(.enroll, .error, exec.locURI, "Enroll takes no data.", fix: "Leave the Data out.")
            }
            if exec.atomic == 0 {
                add(
                    .atomicRequired, .error, exec.locURI, "SCEP settings and their Enroll have to be in one Atomic.",
                    fix: "Put the Add commands and Enroll into one Atomic, with Enroll as the last.")
            } else if !exec.isLast {
                add(
                    .enroll, .error, exec.locURI, "Enroll is not the last command of its Atomic.",
                    fix: "Move it to the end.")
            }
            let results = Set(["status", "errorcode", "certthumbprint", "respondentserverurl"])
            if let get = scep.steps.first(where: { $0.command == "Get" && results.contains($0.key) }),
                get.position > exec.position
            {
                add(
                    .statusTooEarly, .note, get.locURI,
                    "The enrolment runs behind the answer to Exec: its result is not there yet.",
                    fix: "Ask in a later session, or when the alert of the installation comes.")
            }
        }
    }

    private mutating func checkNumbers(_ scep: InstallationCommands) {
        checkNumber(scep, "Install/KeyUsage", isOne: { $0 & 0xA0 != 0 }, "160, 128 or 32, in decimal")
        checkNumber(scep, "Install/KeyProtection", isOne: { (1...4).contains($0) }, "1, 2, 3 or 4")
        checkNumber(scep, "Install/KeyLength", isOne: { [1024, 2048, 4096].contains($0) }, "2048 or 4096")
        checkNumber(scep, "Install/AttestPrivateKey", isOne: { (0...2).contains($0) }, "0, 1 or 2")
        checkNumber(scep, "Install/ValidPeriodUnits", isOne: { $0 >= 0 }, "a number from 0 on")
        if let step = scep.value("Install/RetryDelay"), let delay = scep.number("Install/RetryDelay"), delay < 1 {
            add(
                .retryDelay, .warning, step.locURI, "A RetryDelay below 1 minute is taken as 1.",
                fix: "Write 1 or more.")
        }
        if let step = scep.value("Install/RetryCount"), let count = scep.number("Install/RetryCount"),
            !(0...30).contains(count)
        {
            add(
                .value, .warning, step.locURI, "A RetryCount above 30 is taken as 30, and one below 0 is refused.",
                fix: "Write 0 to 30.")
        }
        if let step = scep.value("Install/ValidPeriod"), let text = scep.text("Install/ValidPeriod"),
            !["Days", "Months", "Years"].contains(text)
        {
            add(
                .validPeriod, .error, step.locURI, "ValidPeriod is none of Days, Months and Years.",
                fix: "Write Days, Months or Years.")
        }
    }

    private mutating func checkTexts(_ scep: InstallationCommands) {
        if let text = scep.text("Install/ServerURL") { checkServerURL(text, scep) }
        if let text = scep.text("Install/SubjectName") { checkSubjectName(text, scep) }
        if let text = scep.text("Install/SubjectAlternativeNames"), !Self.isAlternativeNames(text) {
            add(
                .alternativeNames, .error, scep.value("Install/SubjectAlternativeNames")?.locURI,
                "The names are not pairs of type and value, joined with semicolons.",
                fix: "Write them as '2+user@example.com;3+host.example.com'; types are 1, 2, 3, 5 and 7 to 11.")
        }
        if let text = scep.text("Install/EKUMapping"), !Self.isObjectIdentifiers(text) {
            add(
                .ekuMapping, .error, scep.value("Install/EKUMapping")?.locURI,
                "EKUMapping is a text of object identifiers joined with '+', not a number and not names.",
                fix: "Write it as '1.3.6.1.5.5.7.3.2+1.3.6.1.4.1.311.20.2.2'.")
        }
        if let text = scep.text("Install/CAThumbprint"), CertificateInstallationStatus.thumbprint(text) == nil {
            add(
                .caThumbprint, .error, scep.value("Install/CAThumbprint")?.locURI,
                "The thumbprint has not 40 hexadecimal digits: no certificate matches it, and the enrolment fails.",
                fix: "Write the SHA-1 of the authority's root certificate.")
        }
        if let text = scep.text("Install/Challenge"), Self.looksEncoded(text) {
            add(
                .challengeEncoding, .note, scep.value("Install/Challenge")?.locURI,
                "The challenge reads like text in Base64; devices send it as it is.",
                fix: "Write the challenge itself, when the authority expects that.")
        }
    }

    private mutating func checkServerURL(_ text: String, _ scep: InstallationCommands) {
        for url in text.split(separator: ";", omittingEmptySubsequences: false) {
            let url = MarkupElement.trimmed(String(url))
            let lower = url.lowercased()
            let rest =
                lower.hasPrefix("https://") ? lower.dropFirst(8) : lower.hasPrefix("http://") ? lower.dropFirst(7) : ""
            let locURI = scep.value("Install/ServerURL")?.locURI
            if rest.prefix(while: { $0 != "/" }).isEmpty || url.contains(where: \.isWhitespace) {
                add(
                    .serverURL, .error, locURI, "A ServerURL is no http or https address.",
                    fix: "Write 'https://host/path', several joined with semicolons.")
            } else if lower.hasSuffix("/pkiclient.exe") || url.contains("?") {
                add(
                    .serverURL, .note, locURI, "Windows appends '/pkiclient.exe' to a ServerURL that does not end so.",
                    fix: "Leave out 'pkiclient.exe' and queries.")
            }
        }
    }

    private mutating func checkSubjectName(_ text: String, _ scep: InstallationCommands) {
        let locURI = scep.value("Install/SubjectName")?.locURI
        let isEscaped = text.contains("\\,") || text.contains("\\+") || text.contains("\\=") || text.contains("\\;")
        do throws(FormatError) {
            let name = try DistinguishedName(certStrToName: text)
            for attribute in name.rdns.joined() where attribute.text?.isEmpty == true {
                add(
                    .subjectName, .error, locURI, "\(attribute.typeName) has no value.",
                    fix: "Write the value, or leave the attribute out.")
            }
            guard isEscaped else { return }
            add(
                .subjectName, .warning, locURI, "A backslash is an ordinary character for Windows and escapes nothing.",
                fix: "Quote the whole value instead, 'CN=\"Doe, John\"'.")
        } catch {
            add(
                .subjectName, .error, locURI, "Windows cannot read the name: \(error.description).",
                fix:
                    "Write 'CN=value,O=value', and quote the whole of every value that holds one of , = + ; or a quote."
            )
        }
    }

    private mutating func checkHashAlgorithm(_ scep: InstallationCommands) {
        guard let text = scep.text("Install/HashAlgorithm") else { return }
        let locURI = scep.value("Install/HashAlgorithm")?.locURI
        let families = text.split(omittingEmptySubsequences: false) { $0 == "+" || $0 == ";" }
            .map { MarkupElement.trimmed(String($0)).uppercased() }
        guard families.allSatisfy({ ["SHA-1", "SHA-2", "SHA-3"].contains($0) }) else {
            add(
                .hashAlgorithm, .error, locURI, "HashAlgorithm names something else than SHA-1, SHA-2 and SHA-3.",
                fix: "Write 'SHA-2', or families joined with '+'.")
            return
        }
        if text.contains(";") {
            add(
                .hashAlgorithm, .note, locURI,
                "Families are joined with ';', which devices take although the page says '+'.",
                fix: "Join them with '+'.")
        }
        if Set(families) == ["SHA-1"] {
            add(
                .weakAlgorithm, .warning, locURI, "SHA-1 alone is refused by default endpoints.",
                fix: "Write 'SHA-2'.")
        }
        if Set(families) == ["SHA-3"] {
            add(
                .hashAlgorithm, .error, locURI, "SCEP has no word for SHA-3, so that no digest is left.",
                fix: "Write 'SHA-2'.")
        }
    }

    private mutating func checkKey(_ scep: InstallationCommands) {
        let length = scep.number("Install/KeyLength")
        let protection = scep.number("Install/KeyProtection")
        let locURI = scep.value("Install/KeyLength")?.locURI
        if length == 1024 {
            add(
                .weakAlgorithm, .warning, locURI,
                "RSA with 1024 bits is refused by default endpoints; our agents make such a key all the same.",
                fix: "Write 2048.")
        }
        if length == 4096, protection == 1 || protection == 2 {
            let effect = protection == 1 ? "the enrolment fails there" : "the key is made in software there"
            add(
                .tpmKeyLength, .warning, locURI, "Most TPMs make no RSA keys of 4096 bits; \(effect).",
                fix: "Write 2048 with KeyProtection 1 and 2.")
        }
        guard protection == 4 else { return }
        if scep.text("Install/ContainerName") == nil {
            add(
                .windowsHello, .error, scep.value("Install/KeyProtection")?.locURI,
                "KeyProtection 4 needs the ContainerName of Windows Hello for Business.",
                fix: "Add Install/ContainerName.")
        }
        if let length, length != 2048 {
            add(
                .windowsHello, .error, locURI, "Windows Hello for Business makes RSA keys of 2048 bits only.",
                fix: "Write 2048.")
        }
    }

    // MARK: Values

    private static func isObjectIdentifiers(_ text: String) -> Bool {
        text.split(separator: "+", omittingEmptySubsequences: false).allSatisfy { (try? OID(dotted: $0)) != nil }
    }

    private static func isAlternativeNames(_ text: String) -> Bool {
        text.split(separator: ";").allSatisfy { pair in
            let parts = pair.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
            guard let type = parts.first.flatMap({ Int(MarkupElement.trimmed(String($0))) }),
                let kind = AlternativeName.Kind(rawValue: type), let value = parts.dropFirst().first, !value.isEmpty
            else { return false }
            switch kind {
            case .directoryName: return (try? DistinguishedName(certStrToName: value)) != nil
            case .ipAddress: return IPAddressText.parse(value) != nil
            case .registeredID: return (try? OID(dotted: value)) != nil
            case .guid: return GUIDText.parse(value) != nil
            case .otherName, .rfc822Name, .dnsName, .url, .userPrincipalName: return true
            }
        }
    }

    /// Whether a challenge is printable text in Base64, as the CSP's page asks for.
    private static func looksEncoded(_ text: String) -> Bool {
        // Digits alone, as NDES gives them out, are Base64 too.
        guard text.hasSuffix("="), let octets = Base64.decode(text), octets.count >= 4 else { return false }
        return octets.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
