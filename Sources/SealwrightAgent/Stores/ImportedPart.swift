// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// One part of a file that somebody hands in for a store: a certificate or CRL, or something that belongs elsewhere.
enum ImportedPart {
    /// States that a part is what the store takes.
    ///
    /// - Throws: ``AgentError/unreadable(_:)``, which names what else it is and what takes that.
    static func check(_ block: PEMBlock, for store: StoreName) throws(AgentError) {
        do throws(FormatError) {
            if store == .crl {
                _ = try CertificateList(parsing: block.der)
            } else {
                _ = try CertificateView(parsing: block.der)
            }
        } catch {
            throw .unreadable(objection(block, store) ?? error.description)
        }
    }

    /// What a part is that the store does not take; `nil` for nothing that is known.
    private static func objection(_ block: PEMBlock, _ store: StoreName) -> String? {
        if (try? PFX(parsing: block.der)) != nil {
            return """
                this is a PFX (PKCS#12), which 'sealwright-agent csp apply' installs with its key (PFXCertInstall); \
                'openssl pkcs12 -nokeys' takes the certificates out
                """
        }
        if isPrivateKey(block) {
            return """
                there is a private key in the file, and keys come with a PFX or by SCEP only \
                ('sealwright-agent csp apply'); leave the certificates alone in it
                """
        }
        if (try? CertificationRequest(parsing: block.der)) != nil {
            return "this is a request for a certificate; an authority makes the certificate from it"
        }
        if (try? SignedData(parsing: block.der)) != nil {
            return "this is PKCS#7; 'openssl pkcs7 -print_certs' takes the certificates out"
        }
        if store == .crl {
            return (try? CertificateView(parsing: block.der)).map { _ in
                "this is a certificate, and the store crl has CRLs; --store root or ca takes it"
            }
        }
        return (try? CertificateList(parsing: block.der)).map { _ in "this is a CRL; --store crl takes it" }
    }

    private static func isPrivateKey(_ block: PEMBlock) -> Bool {
        if block.label.hasSuffix("PRIVATE KEY") { return true }
        do throws(FormatError) {
            _ = try PrivateKeyFile(reading: block.der)
            return true
        } catch {
            if case .passwordNeeded = error { return true }
            return false
        }
    }
}
