// SPDX-License-Identifier: Apache-2.0

/// The XML namespaces of enrolment messages.
///
/// Source: MS-MDE2, section 2.2.1; MS-XCEP, section 2.2.1; MS-WSTEP, section 2.2.1.
public enum SOAPNamespace {
    /// SOAP 1.2.
    public static let envelope = "http://www.w3.org/2003/05/soap-envelope"
    /// SOAP 1.1, which samples of replies use.
    public static let envelope11 = "http://schemas.xmlsoap.org/soap/envelope/"
    /// WS-Addressing 1.0.
    public static let addressing = "http://www.w3.org/2005/08/addressing"
    /// WS-Security: tokens and the header.
    public static let security =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    /// WS-Security: identifiers and time stamps.
    public static let utility =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
    /// WS-Trust 1.3.
    public static let trust = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
    /// Additional context of a request.
    public static let authorization = "http://schemas.xmlsoap.org/ws/2006/12/authorization"
    /// Discovery of MS-MDE2.
    public static let discovery = "http://schemas.microsoft.com/windows/management/2012/01/enrollment"
    /// MS-XCEP.
    public static let policy = "http://schemas.microsoft.com/windows/pki/2009/01/enrollmentpolicy"
    /// MS-WSTEP.
    public static let enrollment = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment"
    /// The activity of a message in logs.
    public static let diagnostics = "http://schemas.microsoft.com/2004/09/ServiceModel/Diagnostics"
    /// The attribute `nil`.
    public static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
    /// The attribute `xml:lang`.
    static let xml = "http://www.w3.org/XML/1998/namespace"

    /// Replies come back on the connection of the request.
    public static let anonymous = addressing + "/anonymous"
}
