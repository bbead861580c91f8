// SPDX-License-Identifier: Apache-2.0

/// A request of the small HTTP/1.1 client.
package struct HTTPRequest: Sendable {
    /// `GET`, `POST` and so on.
    package var method: String
    package var url: HTTPURL
    /// Fields beside Host, Content-Length and Connection, which the client writes.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    /// Whether to ask as HTTP/1.0 without a Host field, as old routers do.
    ///
    /// Only tests and diagnosis want it.
    package var isHTTP10 = false

    /// Makes a request.
    package init(
        method: String = "GET", url: HTTPURL, fields: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// A complete answer.
package struct HTTPResponse: Sendable {
    /// The status code.
    package let status: Int
    package let fields: [(name: String, value: String)]
    package let body: [UInt8]

    /// Makes an answer.
    package init(status: Int, fields: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The value of a field, name compared without case.
    package func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
