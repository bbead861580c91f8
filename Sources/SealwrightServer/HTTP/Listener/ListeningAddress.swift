// SPDX-License-Identifier: Apache-2.0

import SealwrightCore
import SealwrightEndpoints
import SealwrightNetwork
import Synchronization

/// Where the server listens, known once every listener is bound.
package final class ListeningAddress: Sendable {
    /// Guards the one value.
    private let bound = Mutex<ServerAddress?>(nil)
    private let configuration: ServerConfiguration

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    func set(_ address: ServerAddress) { bound.withLock { $0 = address } }

    /// `https://` and the name devices use, with the port unless it is 443.
    package var httpsOrigin: String {
        origin("https", bound.withLock { $0?.httpsPort } ?? configuration.httpsPort, 443)
    }

    /// `http://` and the name devices use, with the port unless it is 80.
    package var httpOrigin: String { origin("http", bound.withLock { $0?.httpPort } ?? configuration.httpPort, 80) }

    /// `https://` and the name devices use, with the port of the listener that asks for client certificates.
    package var deviceOrigin: String {
        origin("https", bound.withLock { $0?.devicePort } ?? configuration.devicePort, 443)
    }

    /// Where devices enrol at an endpoint: over HTTPS once that is offered.
    func enrollmentURL(_ endpoint: EndpointID, _ policy: HTTPSPolicy) -> String {
        if endpoint == WindowsEnrollmentConfiguration.endpoint {
            return httpsOrigin + WindowsEnrollmentConfiguration.discoveryPath
        }
        return (policy.mode == .off ? httpOrigin : httpsOrigin) + "/scep/\(endpoint)"
    }

    private func origin(_ scheme: String, _ port: Int, _ standard: Int) -> String {
        let name = (configuration.hosts.first ?? "").uriHost
        return port == standard ? "\(scheme)://\(name)" : "\(scheme)://\(name):\(port)"
    }
}
