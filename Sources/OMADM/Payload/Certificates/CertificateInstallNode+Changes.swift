// SPDX-License-Identifier: Apache-2.0

extension CertificateInstallNode {
    /// The SCEP installations whose settings or enrolment some commands concern.
    ///
    /// Those are the commands, but Get, on Install and on what is below it, at ClientCertificateInstall and at its
    /// alias `CertificateStore/MY/SCEP`. Names are returned as they are written, without percent-encoding; devices
    /// compare them without regard to the case of letters.
    ///
    /// ```
    /// ./Vendor/MSFT/ClientCertificateInstall/SCEP/{UniqueID}/Install/…
    /// ./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/{UniqueID}/Install/…
    /// ./User/Vendor/MSFT/CertificateStore/MY/SCEP/{UniqueID}/Install/…
    /// ```
    ///
    /// Source: Microsoft, ClientCertificateInstall CSP, Install; CertificateStore CSP, MY/SCEP.
    ///
    /// - Parameter commands: the commands; groups are looked into.
    /// - Returns: each installation with the address that concerns it.
    public static func installsChanged(
        by commands: [Command]
    ) -> [(installation: CertificateInstallNode, locURI: String)] {
        var found: [(installation: CertificateInstallNode, locURI: String)] = []
        for command in commands.flatMap(\.withDescendants) {
            if case .get = command { continue }
            for locURI in command.items.compactMap({ $0.target?.locURI }) {
                guard let installation = installChanged(at: locURI) else { continue }
                found.append((installation: installation, locURI: locURI))
            }
        }
        return found
    }

    /// The installation whose own node an address is, at ClientCertificateInstall or at its alias
    /// `CertificateStore/MY/SCEP`.
    ///
    /// Source: Microsoft, ClientCertificateInstall CSP, UniqueID; CertificateStore CSP, MY/SCEP.
    ///
    /// - Parameter locURI: the address; `nil` for any other, one below the node too.
    public init?(locURI: String) {
        let names = locURI.split(separator: "/").map { LocURIText.decoded($0) }
        let keys = names.map { LocURIText.fold($0) }
        let places: [(parents: [String], kind: Kind)] = [
            (["clientcertificateinstall", "scep"], .scep), (["clientcertificateinstall", "pfxcertinstall"], .pfx),
            (["certificatestore", "my", "scep"], .scep),
        ]
        guard !locURI.contains("?"), let uniqueID = names.last else { return nil }
        let above = keys.dropLast()
        guard let place = places.first(where: { above.suffix($0.parents.count).elementsEqual($0.parents) }) else {
            return nil
        }
        self.init(place.kind, scope: above.contains("user") ? .user : .device, uniqueID: uniqueID)
    }

    /// The SCEP installation that an address of Install, or of a node below it, belongs to.
    private static func installChanged(at locURI: String) -> CertificateInstallNode? {
        let path = locURI.split(separator: "?", maxSplits: 1).first ?? ""
        let names = path.split(separator: "/").map { LocURIText.decoded($0) }
        let keys = names.map { LocURIText.fold($0) }
        for parents in [["clientcertificateinstall", "scep"], ["certificatestore", "my", "scep"]] {
            guard let start = keys.firstIndex(of: parents[0]), keys[start...].starts(with: parents) else { continue }
            let place = start + parents.count
            guard keys.indices.contains(place + 1), keys[place + 1] == "install" else { continue }
            let isUser = keys[..<start].contains("user")
            return CertificateInstallNode(.scep, scope: isUser ? .user : .device, uniqueID: names[place])
        }
        return nil
    }
}
