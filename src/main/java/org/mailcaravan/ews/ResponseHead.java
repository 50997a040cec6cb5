package org.mailcaravan.ews;

import java.io.IOException;
import java.util.Optional;

/** What stands before the payload of a response message: class, code and details. The schema puts it first, so it is known when the payload begins. */
final class ResponseHead {
    private final ErrorDetails details = new ErrorDetails();
    private final String requestId;
    private final boolean error;

    private ResponseHead(boolean error, String requestId) {
        this.error = error;
        this.requestId = requestId;
    }

    /** Begins a response message, which must be the current element. */
    static ResponseHead begin(XmlPull xml, String operation, String requestId) throws IOException {
        if (!xml.name().equals("m:" + operation + "ResponseMessage")) {
            throw new BrokenXmlException("a response message of " + operation + " was expected");
        }
        String responseClass = xml.attribute("ResponseClass")
                .orElseThrow(() -> new BrokenXmlException("a response message has no ResponseClass"));
        return new ResponseHead(responseClass.equals("Error"), requestId);
    }

    /** @return false if the current element is payload */
    boolean take(XmlPull xml) throws IOException {
        switch (xml.name()) {
            case "m:MessageText", "m:ResponseCode", "m:MessageXml" -> details.read(xml);
            case "m:DescriptiveLinkKey" -> xml.text();
            default -> {
                return false;
            }
        }
        return true;
    }

    /** As {@link #refusal}, where a message may say nothing but its payload. */
    Optional<EwsRefusal> refusalIfAny() {
        boolean refused = details.code().filter(code -> !code.equals("NoError")).isPresent();
        return refused ? Optional.of(details.refusal(requestId)) : Optional.empty();
    }

    /** @throws BrokenXmlException if class and code do not say whether it worked */
    Optional<EwsRefusal> refusal() throws IOException {
        String code = details.code().orElseThrow(() -> new BrokenXmlException("a response message has no code"));
        if (!code.equals("NoError")) {
            return Optional.of(details.refusal(requestId));
        }
        if (error) {
            throw new BrokenXmlException("a response message contradicts itself");
        }
        return Optional.empty();
    }
}
