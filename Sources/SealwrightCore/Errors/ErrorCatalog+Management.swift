// SPDX-License-Identifier: Apache-2.0

extension ErrorCatalog {
    static let managementEntries: [Entry] = [
        Entry(
            "management.unknown-device", "No device has this identifier",
            cause: "It was typed wrong, or belongs to another server.",
            remedy: "`sealwright device list` shows the identifiers."),
        Entry(
            "management.unknown-command", "No command has this identifier",
            cause: "It was typed wrong, or belongs to another server.",
            remedy: "`sealwright device commands ID` shows the identifiers."),
        Entry(
            "management.unknown-installation", "No certificate installation has this identifier",
            cause: "It was typed wrong, or belongs to another server.",
            remedy: "The device's list of certificates shows the identifiers."),
        Entry(
            "management.device-not-managed", "The device is told nothing",
            cause: "An administrator blocked or retired it.",
            remedy: "`sealwright device approve ID` lets it in again; then order anew."),
        Entry(
            "management.already-over", "The command is over",
            cause: "The device answered it, it was given up, or somebody took it back before.",
            remedy: "Look at its outcome; queue a new command if it is still wanted."),
        Entry(
            "management.predecessor-missing", "The command that is to come first is not there",
            cause: "A command was to wait for another that does not exist, or that failed or was taken back.",
            remedy: "Queue the first command anew, and this one after it."),
        Entry(
            "management.installation-exists", "A certificate of this name is ordered already",
            cause: "A device has one certificate of a name, and its renewals make new generations of it.",
            remedy: "Order the existing one anew, or choose another name."),
        Entry(
            "management.changed-meanwhile", "The certificate's record was changed at the same time",
            cause: "A renewal, the device or another administrator was first.",
            remedy: "Look at the device's certificates, then repeat if it is still wanted."),
        Entry(
            "management.never-answered", "The device never answered the command",
            cause: "It was sent in ten sessions, and each ended before the device's answer came.",
            remedy: "Read the device's messages: a command that it cannot carry out may break the session each time."),
        Entry(
            "management.predecessor-failed", "The command that was to come first ended badly",
            cause: "This command was to be sent only after another one succeeded, and that one did not.",
            remedy: "Look at the outcome of the first command, correct its cause and queue both anew."),
        Entry(
            "management.withdrawn", "The command was taken back",
            cause: "An administrator cancelled it. If it had been sent, the device may have carried it out.",
            remedy: "Nothing is to be done; the audit trail names who cancelled it."),
        Entry(
            "management.certificate-mismatch", "The device shows another certificate than was issued",
            cause: "It says that the certificate is installed, but its thumbprint is not that of the certificate which "
                + "the authority issued for this order, or it shows none because the chain is not trusted there.",
            remedy: "See that the root is delivered to the device first, then order the certificate anew. A thumbprint "
                + "that nobody knows means that somebody else put a certificate there."),
        Entry(
            "management.installation-failed", "The certificate was not installed",
            cause: "The device, the authority or the channel said so; the record holds the sentence and the number.",
            remedy: "Correct what the sentence names, then order the certificate anew."),
    ]
}
