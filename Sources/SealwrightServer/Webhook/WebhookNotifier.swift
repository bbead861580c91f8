// SPDX-License-Identifier: Apache-2.0

import Logging
import SealwrightCore
import ServiceLifecycle

/// Tells webhooks how the SCEP requests of their endpoints ended.
///
/// Each webhook has a queue of its own, so that one that is away holds up no other, and no device.
struct WebhookNotifier: EnrollmentObserver, Service {
    private let queues: [EndpointID: WebhookNoticeQueue]

    /// Makes the queues of those endpoints that have somebody to notify; `nil` when none has.
    init?(
        hooks: [EndpointID: SCEPEndpointOptions.WebhookOptions], counter: any EventCounter,
        clock: any SealwrightCore.Clock, logger: Logger, limits: WebhookNoticeQueue.Limits = .standard
    ) {
        var queues: [EndpointID: WebhookNoticeQueue] = [:]
        for (endpoint, hook) in hooks {
            guard let url = hook.notifyURL else { continue }
            queues[endpoint] = WebhookNoticeQueue(
                endpoint: endpoint, url: url, hook: hook, limits: limits, counter: counter, clock: clock,
                logger: logger)
        }
        guard !queues.isEmpty else { return nil }
        self.queues = queues
    }

    func ended(_ ending: EnrollmentEnding) { queues[ending.key.endpoint]?.add(ending) }

    /// How many notices wait or are being told.
    var waiting: Int { queues.values.reduce(0) { $0 + $1.waiting } }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for queue in queues.values { group.addTask { await queue.run() } }
        }
    }
}
