// SPDX-License-Identifier: Apache-2.0

import PKIFormats
import Testing

@Suite("Windows CertStrToName: names as text")
struct CertStrToNameTests {
    /// Printed in RFC 4514's order, so the first relative name written comes last.
    @Test(arguments: [
        ("CN=first", "CN=first"), ("C=US, O=Contoso, CN=host", "CN=host,O=Contoso,C=US"),
        ("CN=\"Doe, John\";E=john@contoso.com", "emailAddress=john@contoso.com,CN=Doe\\, John"),
        ("CN=\"say \"\"hi\"\"\"", "CN=say \\\"hi\\\""), ("CN=a\r\nO=b", "O=b,CN=a"), ("CN=a\nO=b\n", "O=b,CN=a"),
        ("CN=CONTOSO\\user", "CN=CONTOSO\\\\user"), ("S=WA, L=Redmond", "L=Redmond,ST=WA"),
        ("T=Dr, G=Ann, I=A, SN=Lee", "SN=Lee,initials=A,givenName=Ann,title=Dr"),
        ("OID.1.2.3=#ABCD01", "1.2.3=#0403abcd01"), ("1.2.3=# AB CD 01 ,CN=a", "CN=a,1.2.3=#0403abcd01"),
        ("2.5.4.3=x", "CN=x"), ("CN=a+OU=b", "CN=a+OU=b"),
        ("CN=\" padded \"", "CN=\\ padded\\ "), ("SERIALNUMBER=12, Phone=1", "telephoneNumber=1,serialNumber=12"),
        ("CN=\"a+b=c;d\"", "CN=a\\+b=c\\;d"), ("CN=a,", "CN=a"), ("", ""),
    ])
    func `Windows' spelling is read in the order written`(text: String, expected: String) throws {
        #expect(try DistinguishedName(certStrToName: text).rfc4514 == expected)
    }

    @Test(arguments: [
        "x", "CN=\"open", "CN=\"a\"b", "CN=a\"b", "CN=a\"b\"", "FOO=x", "CN=#zz", "CN=#", "CN=#A", "CN=a,,O=b", "=x",
    ])
    func `what Windows does not take is refused`(text: String) {
        #expect(throws: FormatError.self) { try DistinguishedName(certStrToName: text) }
    }
}
