// SPDX-License-Identifier: Apache-2.0

/// A PIN that is good enough to be a container's.
///
/// It may hold letters and signs, as Windows' may.
///
/// Source: Microsoft, PassportForWork CSP, "MinimumPINLength" and "MaximumPINLength".
public struct ContainerPIN: Sendable {
    /// The shortest PIN, in characters: the default of MinimumPINLength.
    public static let minimumLength = 6
    /// The longest PIN, in characters: the greatest MaximumPINLength.
    public static let maximumLength = 127

    /// UTF-8.
    let octets: [UInt8]

    /// Takes a PIN that a person chose.
    ///
    /// - Throws: ``ContainerError/pinRefused(_:)`` when it is too short or too long, or each character is the same step
    ///   away from the one before, as in 111111, 123456, 135791 and 987654.
    public init(choosing text: String) throws(ContainerError) {
        guard text.count >= Self.minimumLength else {
            throw .pinRefused("it has less than \(Self.minimumLength) characters")
        }
        guard text.count <= Self.maximumLength else {
            throw .pinRefused("it has more than \(Self.maximumLength) characters")
        }
        guard !Self.hasConstantStep(Array(text.unicodeScalars)) else {
            throw .pinRefused("each character is the same step away from the one before")
        }
        octets = Array(text.utf8)
    }

    /// Windows Hello refuses such PINs: they are the first that anybody tries.
    ///
    /// Behind 9 comes 0.
    private static func hasConstantStep(_ scalars: [Unicode.Scalar]) -> Bool {
        let areDigits = scalars.allSatisfy { (0x30...0x39).contains($0.value) }
        let steps = zip(scalars, scalars.dropFirst()).map { left, right in
            let step = Int(right.value) - Int(left.value)
            return areDigits ? (step + 10) % 10 : step
        }
        return Set(steps).count <= 1
    }
}
