// SPDX-License-Identifier: Apache-2.0

package import Configuration
import Foundation
import Logging
import SealwrightCore
import SealwrightEndpoints

extension ServerConfiguration {
    /// Reads flags, environment and file.
    ///
    /// - Throws: ``ServerError/configuration(_:)`` or ``ServerError/noHostName``.
    package static func load(
        flags: [String: ConfigContent], file: String?, knownHosts: [String] = []
    ) async throws(ServerError) -> ServerConfiguration {
        do {
            let settings = try await Settings(
                flags: flags, file: file, environment: ProcessInfo.processInfo.environment)
            return try ServerConfiguration(settings, knownHosts: knownHosts)
        } catch {
            throw ServerError(wrapping: error)
        }
    }

    /// The built-in profiles with what the settings change about them.
    var profiles: [String: CertificateProfile] {
        var profiles = CertificateProfile.builtIn
        profiles["device"]?.validity.default = validity
        profiles["device"]?.validity.maximum = maximumValidity
        for name in profiles.keys { profiles[name]?.alternativeNames.allowsUnderscores = allowsUnderscores }
        return profiles
    }

    /// The middle's rules for each endpoint.
    var policies: [EndpointID: EnrollmentPolicy] {
        let scep = endpoints.map { ($0.configuration.id, $0.configuration.policy) }
        let windows = (WindowsEnrollmentConfiguration.endpoint, WindowsEnrollmentConfiguration.policy)
        return Dictionary(uniqueKeysWithValues: scep + [windows])
    }

    /// The name of the endpoint at which Windows devices enrol for management.
    package static var windowsEndpoint: String { WindowsEnrollmentConfiguration.endpoint.rawValue }

    /// The webhooks of all endpoints as one authorizer; `nil` without any.
    func authorizer(logger: Logger) -> (any EnrollmentAuthorizer)? {
        let hooks = hooks.filter { $0.value.url != nil }
        return hooks.isEmpty ? nil : WebhookAuthorizer(hooks: hooks, logger: logger)
    }

    /// Whoever is told how requests ended, of all endpoints as one notifier; `nil` without any.
    func notifier(
        counter: any EventCounter, clock: any SealwrightCore.Clock, logger: Logger
    ) -> WebhookNotifier? {
        WebhookNotifier(hooks: hooks, counter: counter, clock: clock, logger: logger)
    }

    private var hooks: [EndpointID: SCEPEndpointOptions.WebhookOptions] {
        var hooks: [EndpointID: SCEPEndpointOptions.WebhookOptions] = [:]
        for endpoint in endpoints { hooks[endpoint.configuration.id] = endpoint.webhook }
        return hooks
    }
}
