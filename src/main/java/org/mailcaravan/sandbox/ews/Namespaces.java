package org.mailcaravan.sandbox.ews;

import java.util.Map;

/**
 * The namespaces of EWS and the short names this package uses for them: {@code m:GetItem} always means the element in the
 * messages namespace, whatever prefix stands on the wire.
 */
final class Namespaces {
    static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
    static final String MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages";
    static final String TYPES = "http://schemas.microsoft.com/exchange/services/2006/types";
    static final String ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors";
    static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

    private static final Map<String, String> BY_LETTER =
            Map.of("s", SOAP, "m", MESSAGES, "t", TYPES, "e", ERRORS, "xsi", XSI);

    private Namespaces() {}

    /** {@code m:GetItem} for the namespace and local name; Clark notation for namespaces that are not EWS's. */
    static String shortName(String namespace, String localName) {
        return BY_LETTER.entrySet().stream()
                .filter(entry -> entry.getValue().equals(namespace))
                .findFirst()
                .map(entry -> entry.getKey() + ":" + localName)
                .orElse("{" + namespace + "}" + localName);
    }

    static String namespaceOf(String shortName) {
        return BY_LETTER.getOrDefault(shortName.substring(0, Math.max(0, shortName.indexOf(':'))), "");
    }

    static String localName(String shortName) {
        return shortName.substring(Math.max(shortName.indexOf(':'), shortName.lastIndexOf('}')) + 1);
    }

    /** As schema errors name an element: {@code 'GetItem' in namespace '…'}. */
    static String quoted(String shortName) {
        String namespace =
                shortName.startsWith("{") ? shortName.substring(1, shortName.lastIndexOf('}')) : namespaceOf(shortName);
        return "'" + localName(shortName) + "' in namespace '" + namespace + "'";
    }
}
