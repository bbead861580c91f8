// SPDX-License-Identifier: Apache-2.0

package import PKIFormats

/// The clock the middle reads.
package protocol Clock: Sendable {
    /// Now, in whole seconds of UTC.
    var now: Timestamp { get }
    /// Now, in milliseconds since 1970, for identifiers.
    var milliseconds: Int64 { get }
}
