// SPDX-License-Identifier: Apache-2.0

// The management of Windows devices and of agents: sessions at MDM.svc, and orders for devices.

extension ErrorCatalog {
    static let windowsManagementEntries: [Entry] = [
        Entry(
            "windows.session-busy", "The message before is worked on still",
            cause: "A device sent its next message before the answer to the last; devices do so after a timeout.",
            remedy: "Nothing: the device comes again after a second. Often, it says that the server is too slow."),
        Entry(
            "windows.too-many-sessions", "The device begins too many sessions",
            cause: "It began more than thirty within a minute, which no poll schedule asks for.",
            remedy: "Look at `sealwright device messages`; a client that starts anew after each answer is the usual "
                + "cause."),
        Entry(
            "windows.digest-wrong", "The digest does not prove the device",
            cause: "A client without a certificate sent an MD5 digest that is not the device's, or made it with a "
                + "nonce that is used up; after a restart of the server that happens once.",
            remedy: "A client tries again with the nonce of the answer by itself. If it goes on failing, enrol the "
                + "device anew: its secret is in the provisioning document only."),
        Entry(
            "windows.order-unwritable", "The order cannot be written as commands",
            cause: "A value has characters or a form that no message can carry.",
            remedy: "Correct the value that the text names."),
        Entry(
            "windows.order-invalid", "The order is not one a device can carry out",
            cause: "A field is not what it must be, or breaks a rule that devices enforce; the text names both.",
            remedy: "Do as the text says; `sealwright windows lint` tells the rules for payloads of your own."),
        Entry(
            "windows.answer-unwritable", "The answer to a management message cannot be written",
            cause: "A value of it has no form in the wire format that the device speaks.",
            remedy: "The log names the value; take back the command that holds it with `sealwright device cancel`."),
        Entry(
            "windows.device-not-managed", "The device cannot come for the order",
            cause:
                "It left management, or its management certificate was revoked or has ended. The order would wait for "
                + "whoever enrols next under its name.",
            remedy: "Enrol the device anew with `sealwright windows invite`, then order again; `sealwright device "
                + "show` tells how it stands."),
        Entry(
            "windows.order-unreadable", "A stored command cannot be read",
            cause: "The queue holds it in a form that this version does not know.",
            remedy: "Order it again; `sealwright device commands` shows what it was."),
        Entry(
            "windows.order-lapsed", "The device did not come for the order in time",
            cause: "An order of a certificate holds a challenge that lives as long as its --ttl says, seven days by "
                + "default. The device came after that, and the authority would refuse it.",
            remedy: "Order it again, with a longer --ttl for a device that comes seldom. The next generation of a "
                + "certificate is ordered again by itself."),
        Entry(
            "windows.order-not-sendable", "The commands cannot be sent to this device",
            cause: "They are larger than the device takes, or hold what a server does not send; the text says which.",
            remedy: "Send less at once, or correct the payload."),
        Entry(
            "windows.command-failed", "The device did not do it",
            cause: "The device answered a command with a status of failure; the text gives node and number.",
            remedy: "`sealwright device commands --json` has every status; 404 and 405 mean that the node is not there "
                + "or not for this, 418 that it exists."),
        Entry(
            "windows.no-authority", "No authority issues certificates",
            cause: "A device has to be told whom to enrol with, and no issuing authority is active.",
            remedy: "Look at `sealwright ca list`."),
    ]
}
