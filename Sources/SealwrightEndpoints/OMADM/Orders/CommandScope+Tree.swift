// SPDX-License-Identifier: Apache-2.0

import OMADM
import SealwrightCore

extension CommandScope {
    /// The half of the tree that OMA DM means.
    init(_ tree: TreeScope) {
        switch tree {
        case .device: self = .device
        case .user: self = .user
        }
    }

    /// What OMA DM calls it.
    var tree: TreeScope {
        switch self {
        case .device: .device
        case .user: .user
        }
    }
}
