package org.mailcaravan.ews;

/** The XML namespaces of EWS. They begin with http although some documentation pages print https. */
final class Namespaces {
    static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
    static final String MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages";
    static final String TYPES = "http://schemas.microsoft.com/exchange/services/2006/types";
    static final String ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors";

    private Namespaces() {}
}
