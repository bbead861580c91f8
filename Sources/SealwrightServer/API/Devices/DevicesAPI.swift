// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import OMADM
import PKIFormats
import SealwrightCore
import SealwrightEndpoints

/// `/api/v1/devices`: list, show, and how far each is trusted.
struct DevicesAPI: Sendable {
    let middle: Middle

    func add(to router: some RouterMethods<ListenerContext>) {
        router.get("devices") { request, _ in try await list(request) }
        router.get("devices/:id") { _, context in
            let id = Self.id(context)
            guard let device = try await middle.store.device(id) else { throw ProblemDocument.noDevice(id) }
            return try await response(device)
        }
        for (verb, state) in [("approve", Device.State.active), ("block", .blocked), ("retire", .retired)] {
            router.post(RouterPath("devices/:id/\(verb)")) { request, context in
                try await request.demandNoFields()
                return try await set(state, context)
            }
        }
    }

    private static func id(_ context: ListenerContext) -> DeviceID {
        DeviceID(rawValue: context.parameter("id"))
    }

    private func list(_ request: Request) async throws -> Response {
        var filter = DeviceFilter()
        if let text = request.queryText("state") {
            filter.state = Device.State(rawValue: text)
            guard filter.state != nil else {
                let known = Device.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProblemDocument.invalid("state", "choose one of \(known)")
            }
        }
        if let text = request.queryText("find") {
            guard (1...Self.longestText).contains(text.unicodeScalars.count) else {
                throw ProblemDocument.invalid("find", "has 1 to \(Self.longestText) characters")
            }
            filter.text = text
            filter.enrollingAction = WindowsEnrollmentEndpoint.enrolled
        }
        let page = try await middle.store.devices(
            filter, after: request.queryCursor(), limit: request.queryNumber("limit", 1...1_000, default: 100))
        return try JSON.response(ListDocument(items: try await documents(page.items), next: page.next))
    }

    /// Text that is looked for; the longest thing known of a device has 1,024 octets.
    private static let longestText = 256

    private func response(_ device: Device) async throws -> Response {
        guard let document = try await documents([device]).first else {
            throw ProblemDocument.noDevice(device.id)
        }
        return try JSON.response(document)
    }

    /// Devices and how their management stands.
    private func documents(_ devices: [Device]) async throws -> [DeviceDocument] {
        do {
            let standings = try await middle.orders.standings(of: devices.map(\.id))
            let contacts = try await middle.store.contacts(of: Array(standings.keys))
            let managed = devices.filter { standings[$0.id] != nil }
            let users = try await WindowsEnrollmentEndpoint.users(of: managed, in: middle.store)
            return devices.map { device in
                DeviceDocument(
                    device, management: standings[device.id], user: users[device.id],
                    computerName: contacts[device.id].flatMap(Self.computerName))
            }
        } catch {
            throw ProblemDocument.store(error)
        }
    }

    /// The name that people gave the machine, as it told it last; its own for management is a number.
    private static func computerName(_ contact: ManagementContact) -> String? {
        let facts = ManagementContactDocument(contact).facts
        return facts[nameNode] ?? facts.first { LocURIText.fold($0.key) == foldedNameNode }?.value
    }

    private static let nameNode = "./DevDetail/Ext/Microsoft/DeviceName"
    private static let foldedNameNode = LocURIText.fold(nameNode)

    private func set(_ state: Device.State, _ context: ListenerContext) async throws -> Response {
        let id = Self.id(context)
        let event = AuditEvent(
            action: "device.\(state.rawValue)", at: middle.clock.now, actor: context.actor, object: id.rawValue)
        guard let device = try await middle.store.setState(state, of: id, event: event) else {
            throw ProblemDocument.noDevice(id)
        }
        guard device.state == state else {
            throw ProblemDocument(
                code: "device.retired", status: .conflict, detail: "the device \(id) is \(device.state.rawValue)")
        }
        return try await response(device)
    }
}

/// A device as the API tells it.
package struct DeviceDocument: Codable, Sendable {
    package let id: String
    package let name: String
    /// What the machine is called, as it told in a management session.
    package let computerName: String?
    package let state: String
    /// `managed`, or why it cannot come for orders; `nil` for a device that never enrolled for management.
    package let management: String?
    /// Who enrolled it for management; `nil` for a device that nobody enrolled so.
    package let user: String?
    package let createdAt: String
    package let lastSeenAt: String
    package let attachments: [String: String]

    init(_ device: Device, management standing: OMADMStanding?, user: String?, computerName: String?) {
        id = device.id.rawValue
        name = device.name
        self.computerName = computerName
        state = device.state.rawValue
        management = standing?.rawValue
        self.user = user
        createdAt = device.createdAt.iso8601
        lastSeenAt = device.lastSeenAt.iso8601
        attachments = Dictionary(device.attachments.map { ($0.kind, $0.value) }) { first, _ in first }
    }
}
