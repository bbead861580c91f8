// SPDX-License-Identifier: Apache-2.0

// The agent of a device: its stores, its enrolment, its sessions.

extension ErrorCatalog {
    static let agentEntries: [Entry] = [
        Entry(
            "agent.file", "A file of the agent could not be read or written",
            cause: "The system refused; the text has the path and the reason.",
            remedy: "Check owner, permissions and space of the agent's folder."),
        Entry(
            "agent.locked", "Another process uses the agent's folder",
            cause: "One agent at a time works on a folder, so that no change is lost.",
            remedy: "Stop the other agent, or use another folder."),
        Entry(
            "agent.corrupt-state", "A file of the agent is not what the agent wrote",
            cause: "It was changed by hand or by a failing disk.",
            remedy: "Restore the folder from a copy, or enrol the device anew."),
        Entry(
            "agent.full", "The agent's state has no room for more",
            cause: "A server sent more than the state of a device may hold; nothing of its message was kept.",
            remedy: "Delete what is not needed: `sealwright-agent csp tree` shows what there is."),
        Entry(
            "agent.unfinished-change", "The last change could not be finished or taken back",
            cause: "The disk refused in the middle of a change; its journal is still there.",
            remedy: "Mend what the system complains of and open the folder again: the change is finished then."),
        Entry(
            "agent.unreadable", "What was handed in is no certificate, key or CRL",
            cause: "The octets could not be read as such.",
            remedy: "Check the file with `sealwright inspect`."),
        Entry(
            "agent.not-found", "It is not in the stores",
            cause: "No key or certificate of this name is there.",
            remedy: "Look at the names in the store's folder."),
        Entry(
            "agent.management-certificate-needed", "The certificate is the one the device proves itself with",
            cause: "Without it and its key the device can open no session with its server.",
            remedy: "Take the device out with `sealwright-agent unenroll`, or give `--force`."),
        Entry(
            "agent.container-not-found", "There is no such container",
            cause: "A container for keys is made on the device, by the one who will open it; no server makes one.",
            remedy: "Make it with `sealwright-agent container create NAME`, with `--user` for a user's."),
        Entry(
            "agent.container-exists", "There is a container of this name already",
            cause: "A container is never written over: its keys would be lost.",
            remedy: "Use it, choose another name, or remove it with `sealwright-agent container delete`."),
        Entry(
            "agent.container-name-refused", "The name of a container cannot be used",
            cause: "It is empty, longer than 64 octets, or has control characters.",
            remedy: "Choose another, the same here and in the server's ContainerName."),
        Entry(
            "agent.container-in-use", "The container has keys",
            cause: "Removing it would lose them, and the certificates with them.",
            remedy: "Let the server remove them, or give `--force`."),
        Entry(
            "agent.pin-refused", "The new PIN is too easy",
            cause: "It has less than 6 characters or more than 127, or follows a pattern such as 123456.",
            remedy: "Choose another."),
        Entry(
            "agent.pin-wrong", "The PIN is wrong",
            cause: "It does not open the container.",
            remedy: "Try again. From the fifth wrong one on each keeps everybody waiting twice as long."),
        Entry(
            "agent.pin-locked-out", "Too many wrong PINs",
            cause: "Somebody tried PINs; for a while none is looked at, not even the right one.",
            remedy: "Wait until the moment that the text gives. Nothing is lost meanwhile."),
        Entry(
            "agent.not-enrolled", "The device is not enrolled",
            cause: "There is no management server that the agent could speak to.",
            remedy: "Enrol it: `sealwright-agent enroll --invitation FILE`."),
        Entry(
            "agent.already-enrolled", "The device is enrolled already",
            cause: "A device has one management server at a time.",
            remedy: "Take it out first with `sealwright-agent unenroll`, or go on with the server it has."),
        Entry(
            "agent.management-certificate-missing", "The certificate for sessions is gone",
            cause: "The management certificate or its key is not in the agent's store any more.",
            remedy: "Restore the agent's folder from a copy, or unenrol and enrol the device anew."),
        Entry(
            "agent.renewal-over", "The certificate cannot be renewed",
            cause: "It has ended, or the server has ruled renewal out.",
            remedy: "Unenrol and enrol the device anew."),
        Entry(
            "agent.stopped", "The service is ending",
            cause: "The agent was told to end while it was at work.",
            remedy: "Nothing: the work is done when the service runs again."),
        Entry(
            "agent.invitation-unreadable", "The invitation cannot be read",
            cause: "It is not the document that `sealwright windows invite --json` prints.",
            remedy: "Make it anew, and hand it over as a file rather than through a chat program."),
        Entry(
            "agent.commands-unreadable", "The file holds no SyncML commands",
            cause: "It is neither SyncML in XML nor in WBXML, nor the body of one.",
            remedy: "Look at it with `sealwright windows lint FILE`."),
        Entry(
            "agent.sign-in-needed", "The server wants the user to sign in",
            cause: "Its enrolment uses a sign-in page, which a machine without a person cannot use.",
            remedy: "Enrol with a user name and a password, as an invitation has them."),
        Entry(
            "agent.no-management-account", "The server gave no address for sessions",
            cause: "The provisioning document has a certificate, but no account.",
            remedy: "The server's enrolment is not complete; look at its settings."),
        Entry(
            "agent.http-status", "The server answered with an HTTP status",
            cause: "A session is answered with 200, also when the server refuses; the text gives the status.",
            remedy: "4xx: look for a proxy, or for an address that is none of the server's. 5xx: try again later."),
        Entry(
            "agent.not-syncml", "The server answered with something else than SyncML",
            cause: "The media type is another; a sign-in page of a proxy is the usual cause.",
            remedy: "Open the address with curl and look what is there."),
        Entry(
            "agent.message-unreadable", "The server's message cannot be read",
            cause: "It is not well-formed, or over a limit.",
            remedy: "Tell the server's people; the text names the place."),
        Entry(
            "agent.session-refused", "The server does not take the device into a session",
            cause: "It answered the first message with a status of refusal: 401 and 407 concern the "
                + "certificate, 403 the device.",
            remedy: "Look on the server with `sealwright device show` and `sealwright audit list --device ID`."),
        Entry(
            "agent.session-stuck", "The session does not go on",
            cause: "The server sent the same message again and again, or messages of another session or for another "
                + "device; nothing of those was carried out.",
            remedy: "Look at `sealwright device messages` on the server; a proxy that answers from a cache does the "
                + "same."),
        Entry(
            "agent.session-too-long", "The session has too many messages",
            cause: "The server did not come to an end; one of the two sides is in a loop.",
            remedy: "Look at `sealwright device messages` on the server."),
        Entry(
            "agent.session-too-large", "The session has too many bytes",
            cause: "The server sent more than a device is ready to take in one session.",
            remedy: "Send less at once, in several sessions."),
    ]
}
