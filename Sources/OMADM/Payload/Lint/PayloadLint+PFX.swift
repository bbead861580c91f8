// SPDX-License-Identifier: Apache-2.0

import PKIFormats

extension PayloadLint {
    mutating func checkPFX(_ pfx: InstallationCommands) {
        guard pfx.steps.contains(where: \.isWrite) else { return }
        checkBlob(pfx)
        checkNumber(pfx, "KeyLocation", isOne: { (1...4).contains($0) }, "1, 2, 3 or 4")
        checkNumber(pfx, "PFXCertPasswordEncryptionType", isOne: { (0...2).contains($0) }, "0, 1 or 2")
        checkExportable(pfx)
        checkPassword(pfx)
        if pfx.number("KeyLocation") == 4, pfx.text("ContainerName") == nil {
            add(
                .windowsHello, .error, pfx.value("KeyLocation")?.locURI,
                "KeyLocation 4 needs the ContainerName of Windows Hello for Business.", fix: "Add ContainerName.")
        }
    }

    private mutating func checkBlob(_ pfx: InstallationCommands) {
        let others = pfx.steps.filter { $0.isWrite && !$0.path.isEmpty && $0.key != "pfxcertblob" }
        guard let blob = pfx.value("PFXCertBlob") else {
            checkRequired(pfx)
            return
        }
        let isFresh = !pfx.steps("Delete", "").isEmpty || !pfx.steps("Add", "").isEmpty
        if blob.command == "Replace", isFresh {
            add(
                .pfxBlobReplace, .error, blob.locURI,
                "Replace of the PFX of a new UniqueID fails with 404 on some releases and adds on others.",
                fix: "Use Add.")
        }
        if blob.command == "Add" { checkRequired(pfx) }
        let isBehind = others.allSatisfy { $0.position < blob.position }
        if blob.atomic == 0 {
            add(
                .pfxBlobOrder, isBehind ? .warning : .error, blob.locURI,
                "Outside an Atomic the import runs at once, with the nodes that are there by then.",
                fix: "Put all nodes into one Atomic, with PFXCertBlob as the last.")
        } else if !isBehind {
            add(
                .pfxBlobOrder, .note, blob.locURI,
                "PFXCertBlob is not the last; that the import waits for the end of an Atomic is by example.",
                fix: "Move PFXCertBlob to the end.")
        }
        if let text = blob.text, !text.isEmpty, !Self.isBase64(text) {
            add(
                .pfxBlobFormat, .error, blob.locURI, "The PFX is no Base64.", fix: "Encode the PKCS#12 file in Base64.")
        }
    }

    /// Whether a text is Base64 of the common alphabet; white space is passed over, as devices do.
    private static func isBase64(_ text: String) -> Bool {
        Base64.decode(text.filter { !$0.isWhitespace }, tolerance: .strict) != nil
    }

    private mutating func checkExportable(_ pfx: InstallationCommands) {
        guard let location = pfx.number("KeyLocation") else { return }
        guard let text = pfx.text("PFXKeyExportable").map({ MarkupElement.trimmed($0).lowercased() }) else {
            guard pfx.value("PFXCertBlob") != nil else { return }
            add(
                .exportableAbsent, .note, pfx.locURI + "/PFXKeyExportable",
                "Without PFXKeyExportable the key may be exported when KeyLocation is 3, and not else.",
                fix: "Say what is meant: add PFXKeyExportable.")
            return
        }
        guard text == "true", location != 3 else { return }
        add(
            .exportableKeyLocation, .error, pfx.value("PFXKeyExportable")?.locURI,
            "PFXKeyExportable 'true' needs KeyLocation 3; with \(location) the import fails.",
            fix: "Write 'false', or KeyLocation 3 when the key has to be exportable.")
    }

    private mutating func checkPassword(_ pfx: InstallationCommands) {
        let type = pfx.number("PFXCertPasswordEncryptionType") ?? 0
        let locURI = pfx.value("PFXCertPasswordEncryptionType")?.locURI
        if pfx.value("PFXCertBlob") != nil, pfx.text("PFXCertPassword") == nil {
            add(
                .pfxPassword, type == 0 ? .warning : .error, pfx.locURI + "/PFXCertPassword",
                "The PFX comes without a password, so that whoever reads the message has the key.",
                fix: "Protect the PFX with a random password of its own.")
        }
        if type == 2, pfx.text("PFXCertPasswordEncryptionStore") == nil {
            add(
                .pfxPassword, .error, locURI,
                "PFXCertPasswordEncryptionType 2 needs the store with the certificate that decrypts the password.",
                fix: "Add PFXCertPasswordEncryptionStore, as 'My'.")
        }
        guard type == 1 || type == 2 else { return }
        if let password = pfx.text("PFXCertPassword"), !Self.isBase64(password) {
            add(
                .pfxPassword, .error, pfx.value("PFXCertPassword")?.locURI,
                "An encrypted password travels in Base64, and this one is none.",
                fix: "Encrypt the password to the certificate and encode the result, or use type 0.")
        }
        add(
            .pfxPassword, .note, locURI,
            "How Windows expects an encrypted password is not published in detail.",
            fix: "Try it on one device first, or use type 0, which TLS protects.")
    }
}
