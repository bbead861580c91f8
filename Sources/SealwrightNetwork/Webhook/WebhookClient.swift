// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Posts signed JSON to a webhook and reads its JSON answer.
///
/// One retry after a second on a network failure or a status of 500 and above, as step-ca does.
package struct WebhookClient: Sendable {
    /// Octets of an answer that are read.
    ///
    /// A decision is a few hundred.
    private static let answerLimit = 64 << 10
    /// The connections to all webhooks of the process.
    ///
    /// A connection that is refused is an answer: the library would try again, behind our back, until the time is up.
    private static let shared = {
        var configuration = AsyncHTTPClient.HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        return AsyncHTTPClient.HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private let client: AsyncHTTPClient.HTTPClient

    /// Makes a client on the process-wide connection pool.
    package init() { client = Self.shared }

    /// What was answered.
    package struct Answer: Sendable {
        /// The HTTP status.
        package let status: Int
        package let body: [UInt8]
    }

    /// Posts a body.
    ///
    /// `timeoutSeconds` bounds each attempt to its last octet: whoever answers octet by octet holds nobody longer.
    ///
    /// - Throws: ``NetworkError`` after the retry failed too.
    package func post(
        _ body: [UInt8], to url: String, fields: [(name: String, value: String)], timeoutSeconds: Int64 = 10
    ) async throws(NetworkError) -> Answer {
        do {
            let answer = try await once(body, to: url, fields: fields, timeoutSeconds: timeoutSeconds)
            if answer.status < 500 { return answer }
        } catch {
            // The retry below tells what is wrong if it fails again.
        }
        try? await Task.sleep(for: .seconds(1))
        return try await once(body, to: url, fields: fields, timeoutSeconds: timeoutSeconds)
    }

    private func once(
        _ body: [UInt8], to url: String, fields: [(name: String, value: String)], timeoutSeconds: Int64
    ) async throws(NetworkError) -> Answer {
        let attempt = Task { () async -> Result<Answer, NetworkError> in
            do throws(NetworkError) {
                return .success(try await exchange(body, to: url, fields: fields, timeoutSeconds: timeoutSeconds))
            } catch {
                return .failure(error)
            }
        }
        let alarm = Task {
            guard (try? await Task.sleep(for: .seconds(timeoutSeconds))) != nil else { return }
            attempt.cancel()
        }
        defer { alarm.cancel() }
        let outcome = await withTaskCancellationHandler {
            await attempt.value
        } onCancel: {
            attempt.cancel()
        }
        return try outcome.get()
    }

    private func exchange(
        _ body: [UInt8], to url: String, fields: [(name: String, value: String)], timeoutSeconds: Int64
    ) async throws(NetworkError) -> Answer {
        let place = try HTTPURL(url)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        for field in fields { request.headers.add(name: field.name, value: field.value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(request, timeout: .seconds(timeoutSeconds))
            let answer = try await response.body.collect(upTo: Self.answerLimit)
            return Answer(status: Int(response.status.code), body: Array(answer.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .responseTooLarge(limit: Self.answerLimit)
        } catch is CancellationError {
            throw .timedOut(host: place.host, seconds: Int(timeoutSeconds))
        } catch {
            throw .connectionFailed(host: place.host, port: place.port, reason: HTTPClient.plain(error))
        }
    }
}
