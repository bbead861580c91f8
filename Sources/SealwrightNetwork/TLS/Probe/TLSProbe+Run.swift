// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL
import PKIFormats
import TrustEvaluation

extension TLSProbe {
    /// Asks the peer everything; never throws: what went wrong is among the findings.
    package func run() async -> TLSProbeReport {
        var report = TLSProbeReport(target: target)
        let deadline = ContinuousClock.now + .seconds(options.seconds)
        let handshake = await shakeHands(before: deadline)
        report.facts = handshake.facts
        report.chain = handshake.facts.peerChain
        report.handshakeFault = handshake.diagnosis
        // Who cannot be reached, or speaks no TLS at all, is asked nothing more.
        if let diagnosis = handshake.diagnosis, handshake.facts.version == nil, handshake.facts.alertReceived == nil,
            Self.endsTheProbe.contains(diagnosis.code)
        {
            report.findings = [diagnosis]
            return report
        }
        let flights = await askVersions(before: deadline)
        report.takeVersions(flights)
        report.takeAgreement(handshake.facts)
        report.takeFlight(flights.compactMap { $0.flight }.last { !$0.chain.isEmpty }, handshake)
        if report.hasStapledStatus == nil, report.versions.contains(where: { $0.version == .tls13 && $0.isOffered }) {
            report.hasStapledStatus = await askStaple(before: deadline)
        }
        if options.listsSuites { await listSuites(into: &report, before: deadline) }
        report.isCutShort = ContinuousClock.now >= deadline
        report.handshakeFault = handshake.diagnosis.map { Self.naming(groupOf: flights, in: $0) }
        judge(&report, report.handshakeFault)
        return report
    }

    private static let endsTheProbe: Set<TLSDiagnosisCode> = [.plainText, .unreachable, .timedOut]

    /// The result of a real handshake.
    struct Handshake: Sendable {
        var facts: TLSConnectionFacts
        /// Why it did not come to its end.
        var diagnosis: TLSDiagnosis?
    }

    private var connectionName: String? {
        let name = options.serverName ?? target.host
        return name.isIPAddressLiteral ? nil : name
    }

    private func seconds(until deadline: ContinuousClock.Instant, atMost limit: Double) -> Double {
        let left = ContinuousClock.now.duration(to: deadline)
        return min(limit, max(0.05, Double(left.components.seconds) + Double(left.components.attoseconds) / 1e18))
    }

    /// A handshake as a client of today makes it, with any certificate accepted: it is judged afterwards.
    private func shakeHands(before deadline: ContinuousClock.Instant) async -> Handshake {
        let connection = TLSConnection(isServer: false)
        connection.update { $0.ownCertificate = options.identity?.certificate }
        do {
            let context = try TLSFactory.probingContext(
                identity: options.identity, applicationProtocols: options.applicationProtocols)
            let name = connectionName
            let exchange = ProbeConnection(target: target, seconds: seconds(until: deadline, atMost: options.seconds))
            try await exchange.run { (channel, promise: EventLoopPromise<Void>) in
                connection.update { $0.peerAddress = channel.remoteAddress.map(TLSConnection.text) ?? "" }
                let tls = try NIOSSLClientHandler(context: context, serverHostname: name) { chain, verdict in
                    connection.note(chain)
                    verdict.succeed(.certificateVerified)
                }
                let watcher = TLSPeerHandler(connection, tls: tls, chains: nil, failed: { _ in })
                try channel.pipeline.syncOperations.addHandlers([
                    HandshakeObserver(connection), tls, watcher, HandshakeWaiter(connection, promise),
                ])
            }
            return Handshake(facts: connection.facts, diagnosis: connection.facts.diagnosis)
        } catch let diagnosis as TLSDiagnosis {
            // What is noted after the time ran out is our own end of the connection.
            let noted = diagnosis.code == .timedOut ? nil : connection.facts.diagnosis
            return Handshake(facts: connection.facts, diagnosis: noted ?? diagnosis)
        } catch {
            return Handshake(
                facts: connection.facts, diagnosis: TLSDiagnosis(.privateKeyMissing, String(describing: error)))
        }
    }

    /// A version and what the server said to a hello of it; `nil` when it could not be asked.
    struct VersionAnswer: Sendable {
        let version: ProtocolVersion
        let flight: ServerFlight?
    }

    private func askVersions(before deadline: ContinuousClock.Instant) async -> [VersionAnswer] {
        await withTaskGroup(of: VersionAnswer.self) { group in
            for version in ProtocolVersion.all {
                group.addTask {
                    VersionAnswer(
                        version: version, flight: await ask(version, suites: Self.suites(of: version), deadline))
                }
            }
            var answers: [VersionAnswer] = []
            for await answer in group { answers.append(answer) }
            return answers.sorted { $0.version < $1.version }
        }
    }

    private static func suites(of version: ProtocolVersion) -> [CipherSuite] {
        version == .tls13 ? CipherSuite.tls13 : CipherSuite.classic
    }

    private func ask(
        _ version: ProtocolVersion, suites: [CipherSuite], _ deadline: ContinuousClock.Instant
    ) async -> ServerFlight? {
        guard ContinuousClock.now < deadline, !suites.isEmpty else { return nil }
        let hello = ClientHello(
            versions: [version], suites: suites + (version < .tls13 ? [.emptyRenegotiationInfo] : []),
            serverName: connectionName, applicationProtocols: version >= .tls12 ? options.applicationProtocols : [])
        let exchange = ProbeConnection(target: target, seconds: seconds(until: deadline, atMost: 5))
        return try? await exchange.run { channel, promise in
            try channel.pipeline.syncOperations.addHandler(HelloExchange(hello.record, into: ServerFlight(), promise))
        }
    }

    /// Whether the server staples an OCSP response in TLS 1.3, where it travels encrypted; `nil` when that is not seen.
    private func askStaple(before deadline: ContinuousClock.Instant) async -> Bool? {
        guard ContinuousClock.now < deadline else { return nil }
        let (name, protocols) = (connectionName, options.applicationProtocols)
        let exchange = ProbeConnection(target: target, seconds: seconds(until: deadline, atMost: 5))
        let flight = EncryptedFlight(serverName: name, applicationProtocols: protocols)
        let answered = try? await exchange.run { (channel, promise: EventLoopPromise<EncryptedFlight>) in
            try channel.pipeline.syncOperations.addHandler(HelloExchange(flight.hello, into: flight, promise))
        }
        return answered?.hasStapledStatus
    }

    /// Asks for the suites of each offered version one after the other: what the server takes is offered no more.
    private func listSuites(into report: inout TLSProbeReport, before deadline: ContinuousClock.Instant) async {
        for (index, entry) in report.versions.enumerated() where entry.isOffered {
            var left = Self.suites(of: entry.version).filter { !entry.suites.contains($0) }
            while let chosen = await ask(entry.version, suites: left, deadline)?.hello,
                chosen.version == entry.version, left.contains(chosen.suite)
            {
                report.versions[index].suites.append(chosen.suite)
                left.removeAll { $0 == chosen.suite }
            }
        }
    }
}

/// Waits for the end of a handshake, and in TLS 1.3 for what the server says to our answer.
final class HandshakeWaiter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: TLSConnection
    private let promise: EventLoopPromise<Void>
    private let begin = NIODeadline.now()

    init(_ connection: TLSConnection, _ promise: EventLoopPromise<Void>) {
        self.connection = connection
        self.promise = promise
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard connection.facts.isEstablished else { return context.fireUserInboundEventTriggered(event) }
        // A server that wants a certificate says so only after the client believes that all is well.
        // Its word takes a fraction of the time of a whole handshake.
        let promise = promise
        let patience = max(.milliseconds(150), NIODeadline.now() - begin)
        context.eventLoop.scheduleTask(in: patience) { promise.succeed(()) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { promise.succeed(()) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let facts = connection.facts
        if facts.isEstablished, facts.diagnosis == nil { return promise.succeed(()) }
        promise.fail(facts.diagnosis ?? TLSFailure.diagnose(error, facts))
    }

    func channelInactive(context: ChannelHandlerContext) {
        if connection.facts.diagnosis == nil, connection.facts.isEstablished { promise.succeed(()) }
        context.fireChannelInactive()
    }
}
