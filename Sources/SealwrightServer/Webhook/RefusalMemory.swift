// SPDX-License-Identifier: Apache-2.0

/// The refusals that a webhook was told of last, so that a device that repeats its message is told of once.
struct RefusalMemory {
    private var marks: Set<[UInt8]> = []
    /// The marks in the order in which they came, in a ring.
    private var order: [[UInt8]] = []
    private var oldest = 0

    /// Whether a refusal is remembered.
    func contains(_ mark: [UInt8]) -> Bool { marks.contains(mark) }

    /// Remembers a refusal that is not known yet; beyond the limit the oldest is forgotten for it.
    mutating func insert(_ mark: [UInt8], limit: Int) {
        marks.insert(mark)
        if order.count < limit {
            order.append(mark)
        } else if order.indices.contains(oldest) {
            marks.remove(order[oldest])
            order[oldest] = mark
            oldest = (oldest + 1) % order.count
        }
    }
}
