// SPDX-License-Identifier: Apache-2.0

/// A value kept beside the one that holds it.
///
/// What hardly any message carries lives here, so that the values every message is full of stay small.
indirect enum Outlined<Value> {
    case value(Value)

    init?(_ value: Value?) {
        guard let value else { return nil }
        self = .value(value)
    }

    var value: Value {
        switch self {
        case .value(let value): value
        }
    }
}

extension Outlined: Sendable where Value: Sendable {}
extension Outlined: Equatable where Value: Equatable {}
extension Outlined: Hashable where Value: Hashable {}
