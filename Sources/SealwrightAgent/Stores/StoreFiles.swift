// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// The files that a store becomes, for OpenSSL, curl and nginx to use as they are.
///
/// - `<thumbprint>.pem`: the certificate or CRL; `<thumbprint>.key`: its private key, mode 0600;
/// - `<thumbprint>.chain.pem` in `my`: the certificate and its issuers up to the root, for `ssl_certificate`;
/// - `installed/scep.<UniqueID>.chain.pem` beside the stores, and `.pem` and `.key.pem`: links to those of the
///   certificate that a UniqueID has now, for settings of programs that outlive it; `pfx.` for one of PFXCertInstall;
/// - `bundle.pem`: all certificates or CRLs, for `--cacert`, `ssl_client_certificate` and `ssl_crl`;
/// - `<hash>.<n>` and `<hash>.r<n>`: links by the name's hash, for `-CApath` and `--capath`;
/// - `trust/` beside the stores: the links of `root`, `ca` and `crl` together, since OpenSSL takes one folder.
///
/// Source: OpenSSL, openssl-rehash(1); nginx, ngx_http_ssl_module.
enum StoreFiles {
    /// What is under a name.
    enum File: Equatable {
        /// Contents that everyone may read.
        case contents([UInt8])
        /// A link to another file of the folder.
        case link(String)
        /// A private key, whose contents are in the file alone.
        case key
    }

    /// The files of a store by path.
    ///
    /// - Parameters:
    ///   - store: the store.
    ///   - location: which store it is.
    ///   - authorities: certificates that chains are completed with.
    ///   - untrusted: certificates that are kept and not offered for use.
    /// - Returns: what is under each path.
    static func files(
        of store: CertificateStore, at location: StoreLocation, authorities: [CertificateView],
        untrusted: Set<Thumbprint> = []
    ) -> [String: File] {
        var files: [String: File] = [:]
        var bundle = ""
        var links: [String: Int] = [:]
        for (thumbprint, entry) in store.entries.sorted(by: { $0.key.text < $1.key.text }) {
            let reference = StoreReference(location, thumbprint)
            let text = PEM.encode(entry.encoded.octets, label: location.name == .crl ? "X509 CRL" : "CERTIFICATE")
            files[reference.path] = .contents(Array(text.utf8))
            let isOffered = location.name == .untrusted || !untrusted.contains(thumbprint)
            if isOffered { bundle += text }
            if entry.hasKey { files[reference.keyPath] = .key }
            if location.name == .my, let chain = chain(entry, authorities) {
                files["\(location.folder)/\(thumbprint).chain.pem"] = .contents(Array((text + chain).utf8))
                files.merge(installedLinks(entry, reference)) { $1 }
            }
            guard isOffered, let hash = linkName(entry, location.name) else { continue }
            let number = links[hash, default: 0]
            links[hash] = number + 1
            files["\(location.folder)/\(hash)\(number)"] = .link("\(thumbprint).pem")
        }
        if location.name != .my { files[location.folder + "/bundle.pem"] = .contents(Array(bundle.utf8)) }
        return files
    }

    /// The links of the stores of a scope that a chain is built and checked from, in one folder.
    static func trustLinks(
        _ scope: ManagementScope, untrusted: Set<Thumbprint>, _ store: (StoreName) -> CertificateStore
    ) -> [String: File] {
        var files: [String: File] = [:]
        var links: [String: Int] = [:]
        for name in [StoreName.root, .ca, .crl] {
            for (thumbprint, entry) in store(name).entries.sorted(by: { $0.key.text < $1.key.text }) {
                guard !untrusted.contains(thumbprint), let hash = linkName(entry, name) else { continue }
                let number = links[hash, default: 0]
                links[hash] = number + 1
                files["\(scope.folder)/trust/\(hash)\(number)"] = .link("../\(name.rawValue)/\(thumbprint).pem")
            }
        }
        return files
    }

    /// The links by the UniqueIDs that brought a certificate.
    private static func installedLinks(
        _ entry: CertificateStore.Entry, _ reference: StoreReference
    ) -> [String: File] {
        var files: [String: File] = [:]
        for case .node(let installation) in entry.owners {
            let kind = installation.kind == .scep ? "scep" : "pfx"
            let name = "\(kind).\(ManagementScope.fileName(installation.uniqueID))"
            // The certificate is there all the same.
            guard name.utf8.count <= installedNameLimit else { continue }
            let (from, to) = ("\(reference.location.scope.folder)/installed/\(name)", "../my/\(reference.thumbprint)")
            files[from + ".pem"] = .link(to + ".pem")
            files[from + ".chain.pem"] = .link(to + ".chain.pem")
            if entry.hasKey { files[from + ".key.pem"] = .link(to + ".key") }
        }
        return files
    }

    /// Octets of a name to which `.chain.pem` comes, and what it is written under first.
    private static let installedNameLimit = 230

    /// The name of a link up to its number.
    private static func linkName(_ entry: CertificateStore.Entry, _ store: StoreName) -> String? {
        switch store {
        case .my, .untrusted: return nil
        case .crl:
            guard let list = try? CertificateList(parsing: entry.encoded.octets) else { return nil }
            return NameHash.of(list.issuer) + ".r"
        case .root, .ca, .trusted:
            guard let certificate = try? CertificateView(parsing: entry.encoded.octets) else { return nil }
            return NameHash.of(certificate.subject) + "."
        }
    }

    /// The issuers of a certificate in PEM, without the root, which a peer must have itself.
    private static func chain(_ entry: CertificateStore.Entry, _ authorities: [CertificateView]) -> String? {
        guard let certificate = try? CertificateView(parsing: entry.encoded.octets) else { return nil }
        return certificate.issuers(in: authorities).filter { !$0.isSelfIssued }
            .map { PEM.encode($0.encoded, label: "CERTIFICATE") }.joined()
    }
}
