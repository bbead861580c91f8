// SPDX-License-Identifier: Apache-2.0

import OMADM

/// The frame of the few pages that people see of this server: plain, readable on a telephone, nothing from elsewhere.
package struct WebPage: Sendable {
    /// The title, plain text.
    package let title: String
    /// CSS beside that of all pages.
    package let style: String
    /// HTML below the title.
    package let body: String

    package init(title: String, style: String = "", body: String) {
        self.title = title
        self.style = style
        self.body = body
    }

    /// The document, `text/html; charset=utf-8`.
    package var html: String {
        """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>\(HTMLText.escape(title))</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
        \(style)</style></head><body><main>
        <h1>\(HTMLText.escape(title))</h1>
        \(body)
        </main></body></html>

        """
    }
}
