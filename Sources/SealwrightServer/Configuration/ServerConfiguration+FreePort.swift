// SPDX-License-Identifier: Apache-2.0

extension ServerConfiguration {
    /// Below those that the system gives to clients, so that none of them holds it when the server starts again.
    private static let freePorts = 20_000..<32_768
    /// Ports that are looked at before it is told that none can be had.
    private static let attempts = 200

    /// Chooses the port of plain HTTP where 0 leaves it to the server.
    ///
    /// Certificates name it as the place of CRL and OCSP, so it must be known before the first is issued, and the one
    /// that a folder had is taken again while it is free.
    ///
    /// - Throws: ``ServerError/cannotListen(address:port:reason:)``.
    package mutating func choosePort(for folder: DataFolder) throws(ServerError) {
        guard httpPort == 0 else { return }
        var failure: ServerError?
        let candidates = [folder.chosenPort].compactMap(\.self) + Self.freePorts.shuffled().prefix(Self.attempts)
        for port in candidates where port != httpsPort && port != devicePort {
            do throws(ServerError) {
                try PortCheck.isFree(address: listenAddress, port: port)
                httpPort = port
                isPortChosen = true
                return
            } catch {
                failure = error
            }
        }
        throw failure ?? .cannotListen(address: listenAddress, port: 0, reason: "no port is free")
    }
}
