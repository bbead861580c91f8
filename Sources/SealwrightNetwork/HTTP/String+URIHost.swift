// SPDX-License-Identifier: Apache-2.0

extension String {
    /// A host as URIs, Host fields and people write it before a port: IPv6 addresses in brackets.
    ///
    /// Source: RFC 3986, section 3.2.2.
    package var uriHost: String { contains(":") ? "[\(self)]" : self }
}
