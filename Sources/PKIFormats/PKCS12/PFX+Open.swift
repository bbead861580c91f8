// SPDX-License-Identifier: Apache-2.0

extension PFX {
    /// Checks the MAC and opens everything the password opens.
    ///
    /// A private key that is under another password, as a Java key store may have it, stays locked and is told so.
    ///
    /// - Parameters:
    ///   - password: UTF-8; empty for a file without password.
    ///   - limits: the work the file may ask for.
    ///   - allowingUnauthenticated: takes a file without MAC.
    /// - Returns: the bags, in the order of the file.
    /// - Throws: ``FormatError/passwordWrong(_:)`` when the password fits neither MAC nor content,
    ///   ``FormatError/verificationFailed(_:)`` of the MAC when it opens the content all the same, so that the file must
    ///   have been changed, ``FormatError/notAuthenticated(_:)`` when there is no MAC, and other cases when something is
    ///   malformed or over a limit.
    ///
    /// Source: RFC 7292, section 5.2.
    public func open(
        password: [UInt8], limits: PKCS12Limits = .administrators, allowingUnauthenticated: Bool = false
    ) throws(FormatError) -> PFXContents {
        let password = PKCS12Password(password)
        var budget = DerivationBudget(limits)
        var forms = password.forms
        if let macData {
            guard let form = try fittingForm(macData, forms, &budget) else {
                throw mismatch(password, budget)
            }
            // Others stay as second choices: a file may have been put together by two programs.
            forms = [form] + forms.filter { $0 != form }
        } else if !allowingUnauthenticated {
            throw .notAuthenticated("the PKCS#12")
        }
        var opener = PFXOpener(forms: forms, budget: budget)
        try opener.read(parts)
        return PFXContents(bags: opener.bags, isAuthenticated: macData != nil)
    }

    /// What can be seen without the password: bags in the clear, with their private keys locked.
    ///
    /// Nothing vouches for it.
    ///
    /// - Throws: ``FormatError`` when something is malformed or over a limit.
    public func readableWithoutPassword() throws(FormatError) -> PFXContents {
        var opener = PFXOpener(forms: [], budget: DerivationBudget(.devices))
        try opener.read(parts)
        return PFXContents(bags: opener.bags, isAuthenticated: false)
    }

    private func fittingForm(
        _ macData: MacData, _ forms: [PKCS12Password.Form], _ budget: inout DerivationBudget
    ) throws(FormatError) -> PKCS12Password.Form? {
        var tried: Set<[UInt8]> = []
        for form in forms {
            let octets = macData.isPBMAC1 ? form.octets : form.bmpString
            guard tried.insert(octets).inserted else { continue }
            if try macData.verifies(authenticatedSafe, password: form, budget: &budget) { return form }
        }
        return nil
    }

    /// Why the MAC does not fit: the password when it opens nothing either, otherwise the file.
    private func mismatch(_ password: PKCS12Password, _ budget: DerivationBudget) -> FormatError {
        var opener = PFXOpener(forms: password.forms, budget: budget)
        try? opener.read(parts)
        return opener.hasDecrypted ? .verificationFailed("the MAC of the PKCS#12") : .passwordWrong("the PKCS#12")
    }
}
