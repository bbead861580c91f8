// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SealwrightServer

@Suite("RFC 8259: bodies that are one JSON text, and say nothing twice")
struct StrictJSONTests {
    private func fault(_ text: String) -> StrictJSON.Fault? { fault(Array(text.utf8)) }

    private func fault(_ octets: [UInt8]) -> StrictJSON.Fault? {
        do {
            try StrictJSON.check(octets)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "{}", "[]", " { } ", "null", "true", "false", "0", "-0", "10.5e+3", "1E-2", "\"\"", "\u{FEFF}{}",
        #"{"a":1,"b":[1,"x",{"a":null}],"c":{"a":{}}}"#, "\t[\n1 ,\r2 ]\n", #"["\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"]"#,
        #"[{"a":1},{"a":2}]"#, #"{"A":1,"a":2}"#, "\"\u{7F}\u{E9}\u{1F600}\"", #"["\ud800"]"#,
    ])
    func `what is JSON is taken`(_ text: String) {
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        "", " ", "{", "[", "}", "[1,]", #"{"a":1,}"#, #"{,}"#, "[,1]", "[1 2]", #"{"a" 1}"#, #"{"a":}"#, #"{a:1}"#,
        "{'a':1}", "[1]]", "[1}", #"{"a":1]"#, "01", "1.", ".5", "-", "+1", "1e", "0x1", "NaN", "Infinity", "tru",
        "nul",
        "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"", "\"\n\"", "\"\u{0}\"", "[1] x", "// a\n1",
        "\u{FEFF}",
    ])
    func `what is none is refused`(_ text: String) {
        guard case .syntax? = fault(text) else {
            Issue.record("\(text): \(String(describing: fault(text)))")
            return
        }
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, "a"), (#"{"x":[{"b":1,"c":2,"b":3}]}"#, "b"), (#"{"a":1,"\u0061":2}"#, "a"),
        (#"{"":1,"":2}"#, ""), (#"{"😀":1,"\uD83D\uDE00":2}"#, "😀"), (#"{"a":{"a":1},"a":2}"#, "a"),
    ])
    func `a name that stands twice is told, however it is written`(_ text: String, _ name: String) {
        #expect(fault(text) == .repeatedName(name))
    }

    @Test func `members are counted over all objects`() {
        func objects(_ count: Int, of members: Int) -> String {
            let object = "{" + (0..<members).map { "\"\($0)\":1" }.joined(separator: ",") + "}"
            return "[" + [String](repeating: object, count: count).joined(separator: ",") + "]"
        }
        #expect(fault(objects(1, of: StrictJSON.members)) == nil)
        #expect(fault(objects(1, of: StrictJSON.members + 1)) != nil)
        #expect(fault(objects(10, of: StrictJSON.members / 10)) == nil)
        #expect(fault(objects(11, of: StrictJSON.members / 10)) != nil)
    }

    @Test func `depth is bounded, and a mebibyte of brackets or escapes costs no stack`() {
        let deep = { (count: Int) in
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(fault(deep(StrictJSON.depth)) == nil)
        #expect(fault(deep(StrictJSON.depth + 1)) != nil)
        #expect(fault([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)) != nil)
        #expect(fault("\"" + String(repeating: "\\n", count: 1 << 19) + "\"") == nil)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["\u{301}\u{323}", "\\u0301\\u0323"])
    func `a run of combining marks, which would take minutes to compare, is refused`(_ marks: String) {
        let run = String(repeating: marks, count: (1 << 19) / marks.utf8.count)
        for text in ["\"\(run)\"", "{\"\(run)\":1,\"\(run)\":1}", "{\"fingerprint\":\"\(run)\"}"] {
            #expect(fault(text) != nil)
        }
        #expect(fault("\"" + String(repeating: "e\u{301}\u{323}", count: 1_000) + "\"") == nil)
    }

    @Test func `octets at random, and texts with one octet changed, never end the process`() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[]",:\u0aeE+-.1 tfn"#.utf8) + [0x00, 0x80, 0xFF]
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",null],"b":{"c":true}}"#.utf8)
        for _ in 0..<2_000 {
            let random = (0..<Int.random(in: 0...30)).compactMap { _ in alphabet.randomElement(using: &generator) }
            _ = fault(random)
            var changed = text
            let place = Int.random(in: 0..<changed.count)
            changed[place] = alphabet.randomElement(using: &generator) ?? 0
            // What is taken here Foundation reads too, once it is UTF-8.
            if fault(changed) == nil, String(validating: changed, as: UTF8.self) != nil {
                #expect(
                    (try? JSONSerialization.jsonObject(with: Data(changed), options: .fragmentsAllowed)) != nil,
                    "\(String(decoding: changed, as: UTF8.self))")
            }
        }
    }
}
