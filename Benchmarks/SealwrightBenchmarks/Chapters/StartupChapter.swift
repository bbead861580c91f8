// SPDX-License-Identifier: Apache-2.0

/// Wall time from the start of the process to the first `200` of `/readyz`.
struct StartupChapter {
    let bed: TestBed

    func run(into report: inout Report) async throws {
        var fresh: [Double] = []
        var again: [Double] = []
        for _ in 0..<5 {
            let (folder, ports) = (bed.newFolder(), ServerUnderTest.freePorts())
            let first = try ServerUnderTest(program: bed.program, verb: "up", folder: folder, ports: ports)
            fresh.append(first.startup)
            first.stop()
            let second = try ServerUnderTest(program: bed.program, folder: folder, ports: ports)
            again.append(second.startup)
            second.stop()
        }
        report.add(
            "Start, wall time, median of 5",
            [
                .amount("empty folder", fresh.median, "s", digits: 2, atMost: 3),
                .amount("existing folder", again.median, "s", digits: 2, atMost: 1),
            ])
    }
}
