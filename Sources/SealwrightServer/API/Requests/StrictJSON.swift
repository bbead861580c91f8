// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// Reads octets as the one JSON text they are, and keeps nothing of it.
///
/// Foundation's decoder takes a comma behind the last member, and of two members of one name it takes one in silence:
/// two programs that read such a body would read two different orders. Both are refused here before it decodes.
///
/// The octets are UTF-8. Nothing nests the reader itself, so a body of brackets costs no stack.
///
/// Source: RFC 8259, sections 2 to 8; RFC 7493, section 2.3.
struct StrictJSON {
    /// What is wrong with a text.
    enum Fault: Error, Equatable {
        /// The octet, counted from 0, and what is wrong there.
        case syntax(at: Int, String)
        /// A name that stands twice in one object.
        case repeatedName(String)
    }

    /// Objects and arrays inside each other; bodies of the API have three.
    static let depth = 64

    /// Members of all objects together; the longest list of commands has some thousands.
    ///
    /// The decoder makes a dictionary of each object several times, which would cost half a second for what fits into a
    /// body.
    static let members = 10_000

    private let octets: [UInt8]
    private var place = 0
    /// What is open around the place: the names an object has so far, or `nil` for an array.
    private var open: [Set<String>?] = []
    private var memberCount = 0

    private init(_ octets: [UInt8]) { self.octets = octets }

    /// Reads a text to its end.
    ///
    /// - Throws: the first ``Fault``.
    static func check(_ octets: [UInt8]) throws(Fault) {
        var reader = StrictJSON(octets)
        // Section 8.1: whoever reads may pass over a byte order mark.
        if octets.starts(with: [0xEF, 0xBB, 0xBF]) { reader.place = 3 }
        try reader.text()
    }
}

// MARK: - Structure

extension StrictJSON {
    private mutating func text() throws(Fault) {
        repeat {
            if try value() { try close() }
        } while !open.isEmpty
        skipSpace()
        guard place >= octets.count else { throw fault("something stands behind its end") }
    }

    /// Reads a value, or the beginning of one with members.
    ///
    /// - Returns: whether it is complete.
    private mutating func value() throws(Fault) -> Bool {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"):
            try enter()
            if take("}") { return true }
            open.append([])
            try name()
            return false
        case UInt8(ascii: "["):
            try enter()
            if take("]") { return true }
            open.append(nil)
            return false
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
        return true
    }

    /// Goes into an object or array, empty ones too.
    private mutating func enter() throws(Fault) {
        guard open.count < Self.depth else { throw fault("it nests deeper than \(Self.depth)") }
        place += 1
        skipSpace()
    }

    /// Behind a value: ends what ends here, and goes on to the next value of what does not.
    private mutating func close() throws(Fault) {
        while let names = open.last {
            skipSpace()
            if take(",") {
                if names != nil { try name() }
                return
            }
            guard take(names == nil ? "]" : "}") else { throw fault("neither a comma nor the end of what is open") }
            open.removeLast()
        }
    }

    /// The name of a member, and the colon behind it.
    private mutating func name() throws(Fault) {
        skipSpace()
        memberCount += 1
        guard memberCount <= Self.members else { throw fault("its objects have more than \(Self.members) members") }
        let name = try string()
        guard var names = open.popLast() ?? nil else { throw fault("a name outside of an object") }
        guard names.insert(name).inserted else { throw .repeatedName(name) }
        open.append(names)
        skipSpace()
        guard take(":") else { throw fault("a colon is missing") }
    }
}

// MARK: - Lexis

extension StrictJSON {
    private var next: UInt8? { place < octets.count ? octets[place] : nil }

    private func fault(_ reason: String) -> Fault { .syntax(at: place, reason) }

    private mutating func skipSpace() {
        while let octet = next, [0x20, 0x09, 0x0A, 0x0D].contains(octet) { place += 1 }
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard let octet = next, octet == UInt8(ascii: sign) else { return false }
        place += 1
        return true
    }

    private mutating func word(_ word: String) throws(Fault) {
        guard octets.dropFirst(place).starts(with: word.utf8) else { throw fault("a value is missing") }
        place += word.utf8.count
    }

    private mutating func number() throws(Fault) {
        let start = place
        _ = take("-")
        if !take("0") { try digits(since: start) }
        if take(".") { try digits(since: start) }
        guard take("e") || take("E") else { return }
        if !take("+") { _ = take("-") }
        try digits(since: start)
    }

    /// One digit or more of a number; where none of it has come yet there is no value at all.
    private mutating func digits(since start: Int) throws(Fault) {
        let first = place
        while let octet = next, octet.isASCIIDigit { place += 1 }
        guard place > first else { throw fault(first == start ? "a value is missing" : "a digit is missing") }
    }

    /// What a string says, its escapes undone, so that a name is the same however it is written.
    private mutating func string() throws(Fault) -> String {
        guard take("\"") else { throw fault("a string is missing") }
        var units: [UInt16] = []
        var start = place
        while let octet = next, octet != UInt8(ascii: "\"") {
            guard octet >= 0x20 else { throw fault("a control character in a string") }
            guard octet == UInt8(ascii: "\\") else {
                place += 1
                continue
            }
            units += String(decoding: octets[start..<place], as: UTF8.self).utf16
            place += 1
            units.append(try escape())
            start = place
        }
        units += String(decoding: octets[start..<place], as: UTF8.self).utf16
        guard take("\"") else { throw fault("a string does not end") }
        let text = String(decoding: units, as: UTF16.self)
        // The decoder and whoever works with the value compare and hash it.
        guard text.isStreamSafe else { throw fault("more combining marks in a row than any writing system has") }
        return text
    }

    private static let simpleEscapes: [Unicode.Scalar: UInt16] = [
        "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 0x08, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09,
    ]

    /// The UTF-16 unit that an escape stands for, behind its backslash.
    private mutating func escape() throws(Fault) -> UInt16 {
        if let octet = next, let unit = Self.simpleEscapes[Unicode.Scalar(octet)] {
            place += 1
            return unit
        }
        guard take("u") else { throw fault("no escape of JSON") }
        let digits = octets.dropFirst(place).prefix(4)
        guard digits.count == 4, digits.allSatisfy(\.isASCIIHexDigit),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("no escape of JSON") }
        place += 4
        return unit
    }
}
