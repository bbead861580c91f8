// SPDX-License-Identifier: Apache-2.0

import PKIFormats

/// A name or a subtree, with what comparing it needs and need not be made for each comparison.
struct ConstrainedName {
    let name: GeneralName
    /// The name where it is a directory name.
    let directory: ComparedName?

    init(_ name: GeneralName) {
        self.name = name
        if case .directoryName(let directory) = name {
            self.directory = ComparedName(directory)
        } else {
            directory = nil
        }
    }

    /// How long the name is, which is what comparing it costs.
    var octetCount: Int {
        switch name {
        case .rfc822Name(let text), .dnsName(let text), .uri(let text): text.utf8.count
        case .directoryName(let name): name.derBytes.count
        case .otherName(_, let octets), .ipAddress(let octets), .unsupported(let octets): octets.count
        case .registeredID: 0
        }
    }
}
