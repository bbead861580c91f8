// SPDX-License-Identifier: Apache-2.0

// Keys in a TPM 2.0.

extension ErrorCatalog {
    static let tpmEntries: [Entry] = [
        Entry(
            "crypto.tpm-unavailable", "The TPM cannot be reached",
            cause: "The device or socket is not there, or the program may not open it.",
            remedy: "Look whether `/dev/tpmrm0` exists, and whether the user is in the group `tss`."),
        Entry(
            "crypto.tpm-timed-out", "The TPM did not answer in time",
            cause: "It is busy with another program, or hangs.",
            remedy:
                "Try again; if it goes on, restart the machine, since a TPM that hangs does not come back otherwise."),
        Entry(
            "crypto.tpm-busy", "The TPM asks to come back later",
            cause: "It tests itself, or works for somebody else.", remedy: "Try again after some seconds."),
        Entry(
            "crypto.tpm-malformed-response", "The TPM's answer cannot be read",
            cause: "Its length or its parts break the rules of TPM 2.0.",
            remedy: "Look whether the path leads to a TPM 2.0 and not to something else."),
        Entry(
            "crypto.tpm-refused", "The TPM refused the command",
            cause: "It gave a response code that the text names.",
            remedy: "Look the code up with `tpm2_rc_decode`; an algorithm that this TPM lacks is the usual cause."),
        Entry(
            "crypto.tpm-authorization-failed", "The TPM did not accept the authorisation",
            cause: "The owner hierarchy or the key has a password that is not empty.",
            remedy: "Use a TPM whose owner hierarchy has no password, or keep keys in software."),
        Entry(
            "crypto.tpm-locked-out", "The TPM is locked",
            cause: "Wrong passwords were tried too often, so that it refuses for a time.",
            remedy: "Wait, or reset the lock with `tpm2_dictionarylockout`."),
        Entry(
            "crypto.tpm-out-of-memory", "The TPM has no room",
            cause: "Other programs left keys or sessions in it.",
            remedy:
                "Use `/dev/tpmrm0`, which shares the TPM, instead of `/dev/tpm0`; or flush with `tpm2_flushcontext`."),
        Entry(
            "crypto.tpm-foreign-key", "The key belongs to another TPM",
            cause: "A key file can only be used by the TPM that made it.",
            remedy: "Enrol anew on this machine; a key does not move between TPMs."),
        Entry(
            "crypto.tpm-malformed-key-file", "The key file cannot be read",
            cause: "It is no `TSS2 PRIVATE KEY`, or a part of it is damaged.",
            remedy: "Restore the file from a copy, or enrol anew."),
    ]
}
