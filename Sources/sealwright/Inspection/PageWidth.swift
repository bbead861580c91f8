// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightCommandLine

/// How wide text for people is written.
enum PageWidth {
    /// The terminal's columns between 60 and 120; 100 where the result goes to a file or another program.
    static var current: Int {
        var size = winsize()
        guard Terminal.isResultInteractive, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return min(max(Int(size.ws_col), 60), 120)
    }
}
