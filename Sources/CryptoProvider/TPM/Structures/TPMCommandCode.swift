// SPDX-License-Identifier: Apache-2.0

/// What a TPM is told to do.
///
/// Source: TCG, TPM 2.0 Library Part 2: Structures, section 6.5.2, TPM_CC.
enum TPMCommandCode: UInt32, Sendable {
    case createPrimary = 0x0000_0131
    case create = 0x0000_0153
    case importObject = 0x0000_0156
    case load = 0x0000_0157
    case rsaDecrypt = 0x0000_0159
    case sign = 0x0000_015D
    case flushContext = 0x0000_0165
    case getCapability = 0x0000_017A
    case testParms = 0x0000_018A

    /// The name in the specification.
    var name: String {
        switch self {
        case .createPrimary: "TPM2_CreatePrimary"
        case .create: "TPM2_Create"
        case .importObject: "TPM2_Import"
        case .load: "TPM2_Load"
        case .rsaDecrypt: "TPM2_RSA_Decrypt"
        case .sign: "TPM2_Sign"
        case .flushContext: "TPM2_FlushContext"
        case .getCapability: "TPM2_GetCapability"
        case .testParms: "TPM2_TestParms"
        }
    }
}
