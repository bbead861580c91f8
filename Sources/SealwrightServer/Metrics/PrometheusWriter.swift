// SPDX-License-Identifier: Apache-2.0

/// Writes Prometheus' text format: series of one name together, under their HELP and TYPE lines.
struct PrometheusWriter {
    private(set) var text = ""

    mutating func section(_ type: String, _ series: [(key: PrometheusRegistry.Key, samples: [PrometheusSample])]) {
        let byName = Dictionary(grouping: series, by: { $0.key.name })
        for name in byName.keys.sorted() {
            if let help = Self.help[name] { text += "# HELP \(name) \(help)\n" }
            text += "# TYPE \(name) \(type)\n"
            let lines = (byName[name] ?? []).flatMap { entry in
                entry.samples.map { line(name, entry.key.labels, $0) }
            }
            text += (type == "histogram" ? lines : lines.sorted()).joined()
        }
    }

    /// What each metric tells, in one sentence.
    static let help: [String: String] = [
        "sealwright_build_info": "The version that runs; always 1.",
        "sealwright_certificate_expiry_timestamp_seconds": "When a certificate of an authority or a service ends.",
        "sealwright_connections_refused_total": "Connections closed at once because a limit was reached, by listener.",
        "sealwright_crl_next_update_timestamp_seconds": "When the published CRL of an issuer ends.",
        "sealwright_device_certificates": "Certificates that devices were ordered to install, by stage.",
        "sealwright_expiry_certificates": "Certificates whose end the radar watches, by stage.",
        "sealwright_expiry_watch_failures": "Watched servers and files whose last look found no certificate.",
        "sealwright_http_request_duration_seconds": "Time from a request to its answer, by route.",
        "sealwright_http_requests_total": "Requests answered, by route and status code.",
        "sealwright_issue_failures_total": "Requests for a certificate that were refused, by reason.",
        "sealwright_issued_certificates_total": "Certificates issued, by way and profile.",
        "sealwright_managed_devices": "Devices under management, but for those that cannot come any more.",
        "sealwright_management_commands": "Commands to devices, by state.",
        "sealwright_ready": "Whether the server can do its work, as /readyz says: 1 or 0.",
        "sealwright_scep_legacy_algorithms_total": "SCEP requests with weak algorithms that were allowed.",
        "sealwright_webhook_notices_total": "Ends of SCEP requests told to webhooks, or not, by outcome.",
    ]

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
