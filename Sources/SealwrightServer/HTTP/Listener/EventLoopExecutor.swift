// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Runs the steps of a task on an event loop.
///
/// A connection's task that runs where its octets arrive needs no other thread to be woken for each part of a message.
/// What it does between two suspensions must be short; long work goes to ``CryptoPool`` or to the store's own queues.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
