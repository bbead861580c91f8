// SPDX-License-Identifier: Apache-2.0

/// Writes Prometheus' text format: series of one name together, under one TYPE line.
struct PrometheusWriter {
    private(set) var text = ""

    mutating func section(_ type: String, _ series: [(key: PrometheusRegistry.Key, samples: [PrometheusSample])]) {
        let byName = Dictionary(grouping: series, by: { $0.key.name })
        for name in byName.keys.sorted() {
            text += "# TYPE \(name) \(type)\n"
            let lines = (byName[name] ?? []).flatMap { entry in
                entry.samples.map { line(name, entry.key.labels, $0) }
            }
            text += (type == "histogram" ? lines : lines.sorted()).joined()
        }
    }

    private func line(_ name: String, _ labels: [PrometheusRegistry.Label], _ sample: PrometheusSample) -> String {
        let all = (labels + sample.labels).map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
        let value =
            sample.value == sample.value.rounded() && abs(sample.value) < 1e15
            ? String(Int64(sample.value)) : String(sample.value)
        return name + sample.suffix + (all.isEmpty ? "" : "{\(all)}") + " \(value)\n"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
