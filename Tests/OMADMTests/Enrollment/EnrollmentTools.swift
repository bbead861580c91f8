// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightTesting

/// An XML document as Python's expat reads it: each element and attribute with its path of local names.
struct XMLJudge {
    /// One element's or attribute's text.
    struct Value: Equatable {
        /// `Envelope/Header/Action`, attributes behind `@`.
        let path: String
        let namespace: String
        let text: String
    }

    let values: [Value]

    /// Has the document read; throws when it is not well-formed.
    init(_ document: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(document, "document.xml")
        let output = try ForeignProgram.succeed("python3", ["-c", Self.script, file]).output
        values = try JSONDecoder().decode([[String]].self, from: Data(output.utf8)).map { entry in
            Value(path: entry[0], namespace: entry[1], text: entry[2])
        }
    }

    /// The texts at a path.
    func texts(_ path: String) -> [String] { values.filter { $0.path == path }.map(\.text) }

    /// The namespaces of the elements at a path.
    func namespaces(_ path: String) -> Set<String> { Set(values.filter { $0.path == path }.map(\.namespace)) }

    private static let script = """
        import json, sys
        import xml.etree.ElementTree as tree
        found = []
        def split(name):
            return name[1:].split('}') if name[0] == '{' else ['', name]
        def walk(element, above):
            space, name = split(element.tag)
            path = above + name
            found.append([path, space, element.text or ''])
            for key, value in element.attrib.items():
                space, name = split(key)
                found.append([path + '@' + name, space, value])
            for child in element:
                walk(child, path + '/')
        walk(tree.parse(sys.argv[1]).getroot(), '')
        print(json.dumps(found))
        """
}

/// The recorded shapes of messages.
enum EnrollmentFixture: String, CaseIterable {
    case discover = "windows-10.0.19043-discover.xml"
    case oldDiscover = "old-sample-discover.xml"
    case getPolicies = "windows-10.0.19043-getpolicies-onpremise.xml"
    case issueOnPremise = "windows-10.0.19043-rst-onpremise.xml"
    case issueFederated = "windows-10.0.22598-rst-federated.xml"
    case issueJWT = "windows-10.0.22598-rst-jwt.xml"
    case pkcs10OfWindows10 = "windows-10.0.19043-pkcs10.der"
    case pkcs10OfWindows11 = "windows-10.0.22598-pkcs10.der"

    var octets: [UInt8] {
        get throws { try Repository.octets("Tests/Fixtures/mde2/\(rawValue)") }
    }

    var text: String { get throws { String(decoding: try octets, as: UTF8.self) } }
}
