// SPDX-License-Identifier: Apache-2.0

import Testing

/// Clients, verifiers and linters that nobody here wrote, against the built program on default settings.
///
/// One after the other: each test has a server of its own, and a small machine has few cores.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct InteropTests {}
