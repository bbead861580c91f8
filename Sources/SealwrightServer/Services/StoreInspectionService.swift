// SPDX-License-Identifier: Apache-2.0

import SealwrightCore

/// Looks through the store for damage, after the start and once a day; health reports tell what it finds.
///
/// Beside what the server does, since the file is read from end to end.
struct StoreInspectionService: PeriodicService {
    let inspector: StoreInspector

    var interval: Duration { .seconds(86_400) }

    func round() async { await inspector.inspect() }
}
