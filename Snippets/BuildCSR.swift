// Make a key and a PKCS#10 with a challenge.

import CryptoProvider
import PKIFormats

let pool = CryptoPool(threads: 1)
let key = try SoftwareKey.generate(.rsa2048, id: KeyID(rawValue: "device"), pool: pool)

let info = CertificationRequest.prepare(
    subject: try DistinguishedName(text: "CN=laptop-7,O=Example"),
    subjectPublicKeyInfo: SubjectPublicKeyInfo(key.publicKey),
    attributes: [.challengePassword("one-time secret")])
let algorithm = key.defaultSignatureAlgorithm
let signature = try await key.sign(info.derBytes, algorithm: algorithm)
let request = info.finish(signature: signature, algorithm: algorithm)

print(PEM.encode(request, label: "CERTIFICATE REQUEST"))
