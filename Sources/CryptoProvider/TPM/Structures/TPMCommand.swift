// SPDX-License-Identifier: Apache-2.0

/// One command to a TPM: tag, size, code, handles, authorizations, parameters.
///
/// Source: TCG, TPM 2.0 Library Part 1: Architecture, section 18, "Command/Response Structure"; Part 3: Commands,
/// section 4.2.
struct TPMCommand {
    let code: TPMCommandCode
    var handles: [TPMHandle] = []
    /// How many of the handles, counted from the first, are used with an empty password.
    var authorizationCount = 0
    var parameters: [UInt8] = []

    /// Octets of the largest command and response, which is also what the Linux driver takes: `TPM_BUFSIZE`.
    static let byteLimit = 4096
    /// Octets of tag, size and code.
    static let headerByteCount = 10

    /// The command as octets.
    ///
    /// - Throws: ``CryptoError/limitExceeded(_:limit:)`` for more than ``byteLimit`` octets.
    func serialize() throws(CryptoError) -> [UInt8] {
        var body = TPMWriter()
        for handle in handles { body.append(handle) }
        if authorizationCount > 0 {
            var area = TPMWriter()
            for _ in 0..<authorizationCount { area.append(Self.emptyPassword) }
            body.append(UInt32(truncatingIfNeeded: area.octets.count))
            body.append(area.octets)
        }
        body.append(parameters)
        let size = Self.headerByteCount + body.octets.count
        guard size <= Self.byteLimit else { throw .limitExceeded("octets of a TPM command", limit: Self.byteLimit) }
        var writer = TPMWriter()
        writer.append(authorizationCount > 0 ? Self.sessions : Self.noSessions)
        writer.append(UInt32(truncatingIfNeeded: size))
        writer.append(code.rawValue)
        writer.append(body.octets)
        return writer.octets
    }

    /// Tag of a command or response without authorizations: TPM_ST_NO_SESSIONS.
    static let noSessions: UInt16 = 0x8001
    /// Tag of a command or response with authorizations: TPM_ST_SESSIONS.
    static let sessions: UInt16 = 0x8002
    /// TPMS_AUTH_COMMAND: the password session, no nonce, no attributes, no password.
    private static let emptyPassword: [UInt8] = [0x40, 0, 0, 0x09, 0, 0, 0, 0, 0]
}

/// What a TPM answers to a command that it did.
///
/// Source: TCG, TPM 2.0 Library Part 1: Architecture, section 18, "Command/Response Structure".
struct TPMResponse {
    /// The object that was made or loaded; ``TPMHandle/null`` when the command has none.
    let handle: TPMHandle
    /// The parameters.
    var parameters: TPMReader

    /// Reads an answer.
    ///
    /// - Throws: ``TPMError/malformedResponse(_:)``; what ``TPMError/init(_:_:)`` makes of a response code.
    init(parsing octets: [UInt8], to command: TPMCommand, hasHandle: Bool) throws(CryptoError) {
        var reader = TPMReader(octets)
        let tag = try reader.uint16()
        guard Int(try reader.uint32()) == octets.count else { throw .tpm(.malformedResponse("the size is wrong")) }
        let code = TPMResponseCode(rawValue: try reader.uint32())
        guard code == .success else { throw .tpm(TPMError(command.code, code)) }
        let isAuthorized = command.authorizationCount > 0
        guard tag == (isAuthorized ? TPMCommand.sessions : TPMCommand.noSessions) else {
            throw .tpm(.malformedResponse("the tag is wrong"))
        }
        handle = hasHandle ? try reader.handle() : .null
        if isAuthorized {
            // Behind the parameters follow the answers of the password sessions, which say nothing.
            let size = try reader.uint32()
            guard size <= UInt32(TPMCommand.byteLimit) else { throw .tpm(.malformedResponse("the size is wrong")) }
            parameters = TPMReader(try reader.octets(Int(size)))
        } else {
            parameters = reader
        }
    }
}
