// SPDX-License-Identifier: Apache-2.0

/// A form that a browser sent.
package struct WindowsPageForm: Sendable {
    /// The Content-Type.
    let mediaType: String
    /// The body.
    let body: [UInt8]
    /// The Cookie field.
    let cookie: String?

    package init(mediaType: String, body: [UInt8], cookie: String? = nil) {
        self.mediaType = mediaType
        self.body = body
        self.cookie = cookie
    }

    /// The fields.
    ///
    /// - Throws: ``WindowsPageRefusal/formMediaType`` or ``WindowsPageRefusal/formUnreadable``.
    func fields() throws(WindowsPageRefusal) -> FormFields {
        guard FormFields.isForm(mediaType) else { throw .formMediaType }
        guard let fields = FormFields(body: body) else { throw .formUnreadable }
        return fields
    }
}
