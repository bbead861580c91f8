// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import SealwrightCore
import SealwrightEndpoints

/// Counts the devices under management for `/metrics`.
///
/// Whether one can still come is seen from its certificates, so a large fleet costs a while: it is counted less often
/// than ``DeviceManagementService`` has its rounds.
struct ManagedDeviceCountService: PeriodicService {
    let orders: OMADMOrders
    let metrics: PrometheusRegistry

    var interval: Duration { .seconds(300) }

    func round() async {
        // What cannot be counted is told by health; the figure stays as it was.
        guard let count = try? await orders.managedDeviceCount() else { return }
        metrics.makeMeter(label: "sealwright_managed_devices", dimensions: []).set(Int64(count))
    }
}
