// SPDX-License-Identifier: Apache-2.0

import PKIFormats

// Windows shows whoever enrols a device a number, and nothing else.
extension ErrorCatalog {
    /// What a number means that Windows shows when an enrolment fails.
    ///
    /// Those that this server causes have codes of their own, whose titles tell the number; the others Windows gives by
    /// itself before the server has had a word.
    ///
    /// - Parameter typed: `0x80180012`, in any case of letters, or the same as a signed or unsigned decimal number.
    /// - Returns: `nil` for a number that is not known, and for what is none.
    package static func entry(windowsNumber typed: String) -> Entry? {
        guard let number = windowsNumber(typed) else { return nil }
        let name = Hex.result(number)
        return clientEntries.first { $0.code == name } ?? entries.first { $0.title.contains("(\(name))") }
    }

    private static func windowsNumber(_ typed: String) -> UInt32? {
        if typed.lowercased().hasPrefix("0x") { return UInt32(typed.dropFirst(2), radix: 16) }
        return UInt32(typed) ?? Int32(typed).map { UInt32(bitPattern: $0) }
    }

    /// Numbers of the client's own.
    ///
    /// Source: Microsoft, MDMRegistration.h.
    private static let clientEntries: [Entry] = [
        Entry(
            "0x80180009", "Another enrolment is under way on the device",
            cause: "Windows carries out one enrolment at a time.",
            remedy: "Wait a few minutes or restart the device, then try again."),
        Entry(
            "0x8018000A", "The device is enrolled already",
            cause: "A device is managed by one server at a time.",
            remedy: "Disconnect it in Settings, Accounts, Access work or school, then enrol it."),
        Entry(
            "0x8018000B", "The device is not enrolled",
            cause: "What was asked for needs an enrolment that is not there, or was removed.",
            remedy: "Enrol the device again: 'sealwright windows invite'."),
        Entry(
            "0x8018000D", "The TLS certificate of the discovery service is not valid at this time",
            cause: "It has ended or has not begun, by the device's clock.",
            remedy: "Look at the device's clock, then at 'sealwright server-certificate show'."),
        Entry(
            "0x8018000E", "The device wants a password",
            cause: "Windows needs the user's password once more and could not ask for it.",
            remedy: "Begin the enrolment again in Settings and type user name and password of the invitation."),
        Entry(
            "0x8018000F", "The sign-in page failed in Windows",
            cause: "The page could not be shown, or was closed before the sign-in ended.",
            remedy: "Begin the enrolment again; open the address of the page in a browser on the device to see why."),
        Entry(
            "0x80180010", "The device cannot reach the server",
            cause: "The name does not resolve, or a firewall or proxy is between.",
            remedy: "Open the address that 'sealwright windows invite' printed in a browser on the device."),
        Entry(
            "0x80180012", "The device does not accept the server's TLS certificate",
            cause: "It does not trust the root, or the certificate has another name than the address.",
            remedy: "Install the root on the device beforehand (https://HOST:8443/trust), and use the name that "
                + "'sealwright doctor' tells."),
        Entry(
            "0x8018001A", "The device was redirected to an address that is not safe",
            cause: "Discovery was answered by a redirect to plain HTTP or to another host.",
            remedy: "Give the device the server's own address, with https."),
    ]
}
