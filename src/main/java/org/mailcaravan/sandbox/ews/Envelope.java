package org.mailcaravan.sandbox.ews;

import java.util.Optional;

/**
 * A request's SOAP envelope.
 *
 * @param header {@code s:Header}, if there is one
 * @param operation the element below {@code s:Body}
 */
record Envelope(Optional<XmlElement> header, XmlElement operation) {

    /** @throws EwsFault if the document is no SOAP 1.1 envelope with one operation */
    static Envelope of(XmlElement root) throws EwsFault {
        Optional<XmlElement> body = root.find("s:Body");
        if (!root.name().equals("s:Envelope")
                || body.isEmpty()
                || body.get().children().isEmpty()) {
            throw EwsFault.schema(
                    "The element " + Namespaces.quoted(root.name()) + " is not a SOAP 1.1 envelope with a body.",
                    root.place());
        }
        if (body.get().children().size() > 1) {
            throw EwsFault.schema(
                    "The SOAP body has more than one operation.",
                    body.get().children().get(1).place());
        }
        return new Envelope(root.find("s:Header"), body.get().children().get(0));
    }

    /**
     * The schema version asked for; without the header element Exchange assumes its first.
     *
     * @throws EwsFault ErrorInvalidServerVersion for a name that Exchange does not know
     */
    ServerVersion version() throws EwsFault {
        Optional<XmlElement> version = header.flatMap(found -> found.find("t:RequestServerVersion"));
        if (version.isEmpty()) {
            return ServerVersion.EXCHANGE2007;
        }
        return ServerVersion.find(version.get().attribute("Version").orElse(""))
                .orElseThrow(
                        () -> new EwsFault("ErrorInvalidServerVersion", "The specified server version is invalid."));
    }

    /** For whom the caller wants to act. */
    Optional<XmlElement> impersonation() {
        return header.flatMap(found -> found.find("t:ExchangeImpersonation"));
    }
}
