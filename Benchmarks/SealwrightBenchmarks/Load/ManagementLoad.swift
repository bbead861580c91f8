// SPDX-License-Identifier: Apache-2.0

import Foundation
import SealwrightEndpoints
import SealwrightServer

/// Sessions of a fleet, several at once, in waves: before each wave every device is given one Get to answer.
///
/// Devices stay on their connections from wave to wave or connect anew for each session. Giving out commands is not
/// part of a wave.
struct ManagementLoad: Sendable {
    let fleet: ManagedFleet
    /// Sessions at a time.
    let lanes: Int
    private let token: String
    private let ports: (api: Int, devices: Int)
    private let processID: Int32

    private static let json = Data(#"{"kind":"get","nodes":["./DevDetail/SwV"],"title":"read the version"}"#.utf8)
    /// More messages than any session has here.
    private static let messageLimit = 20

    init(fleet: ManagedFleet, server: ServerUnderTest, folder: String, lanes: Int) throws {
        (self.fleet, self.lanes, processID) = (fleet, lanes, server.processID)
        ports = (server.securePort, server.devicePort)
        token = try String(contentsOfFile: DataFolder(folder).adminToken, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What came of one or more waves.
    struct Outcome: Sendable {
        var sessions = 0
        /// Seconds from the connection, or the first request, to the end of a session.
        var sessionSeconds: [Double] = []
        /// Seconds from a message to its answer, of a new connection with its handshake.
        var messageSeconds: [Double] = []
        /// Seconds that the waves took, and of the server's processor time.
        var wall = 0.0
        var processor = 0.0

        var messages: Int { messageSeconds.count }

        static func += (left: inout Outcome, right: Outcome) {
            left.sessions += right.sessions
            left.sessionSeconds += right.sessionSeconds
            left.messageSeconds += right.messageSeconds
            left.wall += right.wall
            left.processor += right.processor
        }
    }

    /// A session of each device, whatever the server asks in it.
    func greet() async throws {
        _ = try await everyDevice { index in try await session(index, number: 1, on: nil) }
    }

    /// Waves of sessions with a new connection each.
    func onNewConnections(waves: Range<Int>) async throws -> Outcome {
        try await run(waves, on: [])
    }

    /// Waves of sessions on connections that are made before and kept.
    func onKeptConnections(waves: Range<Int>) async throws -> Outcome {
        var connections: [DeviceConnection] = []
        var outcome = Outcome()
        for wave in waves {
            connections = try await opened(connections)
            outcome += try await run(wave..<(wave + 1), on: connections)
        }
        for connection in connections { await connection.close() }
        return outcome
    }

    private func run(_ waves: Range<Int>, on connections: [DeviceConnection]) async throws -> Outcome {
        var outcome = Outcome()
        for wave in waves {
            try await giveOut()
            let (start, used) = (ContinuousClock.now, try ProcessorTime.ofProcess(processID))
            var one = try await everyDevice { index in
                let kept = connections.isEmpty ? nil : connections[index]
                let visit = try await session(index, number: wave, on: kept)
                guard visit.messages == 2 else { throw BenchmarkError("a session of \(visit.messages) messages") }
                return visit
            }
            one.wall = (ContinuousClock.now - start).seconds
            one.processor = try ProcessorTime.ofProcess(processID) - used
            outcome += one
        }
        return outcome
    }

    // MARK: A session

    private func session(_ index: Int, number: Int, on kept: DeviceConnection?) async throws -> Outcome {
        let member = fleet.members[index]
        var device = DeviceMessages(device: member.name, sessionID: String(number))
        var outcome = Outcome(sessions: 1)
        let start = ContinuousClock.now
        var sent = start
        let connection: DeviceConnection
        if let kept {
            connection = kept
        } else {
            connection = try await DeviceConnection(member.tls, port: ports.devices)
        }
        var next: [UInt8]? = try device.first()
        while let body = next {
            let reply = try await connection.exchange(Self.post(body))
            outcome.messageSeconds.append((ContinuousClock.now - sent).seconds)
            guard reply.status == 200 else {
                throw BenchmarkError("\(reply.status): \(String(decoding: reply.body.prefix(200), as: UTF8.self))")
            }
            guard outcome.messages < Self.messageLimit else { throw BenchmarkError("a session without end") }
            next = try device.answer(to: reply.body)
            sent = ContinuousClock.now
        }
        outcome.sessionSeconds.append((ContinuousClock.now - start).seconds)
        if kept == nil { await connection.close() }
        return outcome
    }

    private static func post(_ body: [UInt8]) -> [UInt8] {
        HTTPMessage.post(
            WindowsEnrollmentConfiguration.managementPath + "?mode=Maintenance&Platform=WoA",
            type: "application/vnd.syncml.dm+xml", body)
    }

    // MARK: Around it

    /// Opens the connections that are missing, and lets each end its handshake.
    private func opened(_ connections: [DeviceConnection]) async throws -> [DeviceConnection] {
        var result = connections
        for index in fleet.members.indices where index >= result.count || !result[index].isOpen {
            let connection = try await DeviceConnection(fleet.members[index].tls, port: ports.devices)
            _ = try await connection.exchange(HTTPMessage.get("/readyz"))
            if index < result.count { result[index] = connection } else { result.append(connection) }
        }
        return result
    }

    /// Gives every device one Get to answer, by the API.
    private func giveOut() async throws {
        _ = try await inLanes { lane in
            let connection = try await DeviceConnection(fleet.visitor, port: ports.api)
            for index in stride(from: lane, to: fleet.members.count, by: lanes) {
                let head =
                    "POST /api/v1/devices/\(fleet.members[index].id)/commands HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    + "Authorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(Self.json.count)\r\n\r\n"
                let reply = try await connection.exchange(Array(head.utf8) + Self.json)
                guard reply.status == 201 else {
                    throw BenchmarkError("a command was not queued: \(String(decoding: reply.body, as: UTF8.self))")
                }
            }
            await connection.close()
            return Outcome()
        }
    }

    private func everyDevice(
        _ work: @escaping @Sendable (_ index: Int) async throws -> Outcome
    ) async throws -> Outcome {
        try await inLanes { lane in
            var outcome = Outcome()
            for index in stride(from: lane, to: fleet.members.count, by: lanes) {
                outcome += try await work(index)
            }
            return outcome
        }
    }

    private func inLanes(_ work: @escaping @Sendable (_ lane: Int) async throws -> Outcome) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for lane in 0..<lanes { group.addTask { try await work(lane) } }
            return try await group.reduce(into: Outcome()) { $0 += $1 }
        }
    }
}
