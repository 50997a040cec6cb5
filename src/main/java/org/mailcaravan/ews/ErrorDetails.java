package org.mailcaravan.ews;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Gathers what an error says about itself. Everything is looked up by local name at any depth, because the namespaces in fault details vary and
 * ErrorServerBusy may hide within ErrorInternalServerError.
 */
final class ErrorDetails {
    private Optional<String> code = Optional.empty();
    private Optional<Duration> backOff = Optional.empty();
    private boolean busy;

    /** Reads the current element and everything within. */
    void read(XmlPull xml) throws IOException {
        int depth = xml.depth();
        if (takeLeaf(xml)) {
            return;
        }
        while (xml.nextDescendant(depth)) {
            takeLeaf(xml);
        }
    }

    /** @return whether the element was one that holds text, and is read now */
    private boolean takeLeaf(XmlPull xml) throws IOException {
        switch (xml.localName()) {
            case "ResponseCode" -> code = Optional.of(plain(xml.text()));
            case "Value" ->
                takeValue(xml.attribute("Name").orElse(""), xml.text().trim());
            case "faultcode" -> takeFaultCode(xml.text().trim());
            case "Message", "MessageText", "faultstring" -> search(xml.text());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void takeValue(String name, String value) {
        if (name.equalsIgnoreCase("BackOffMilliseconds")) {
            backOff =
                    value.matches("0*[1-9]\\d{0,11}") ? Optional.of(Duration.ofMillis(Long.parseLong(value))) : backOff;
        }
        search(value);
    }

    private void takeFaultCode(String qualified) {
        String local = qualified.substring(qualified.indexOf(':') + 1);
        if (code.isEmpty() && local.startsWith("Error")) {
            code = Optional.of(plain(local));
        }
        search(local);
    }

    private void search(String text) {
        busy |= text.contains(EwsRefusal.SERVER_BUSY);
    }

    private static String plain(String code) {
        String trimmed = code.trim();
        return trimmed.matches("[A-Za-z]{1,80}") ? trimmed : "an unreadable code";
    }

    Optional<String> code() {
        return code;
    }

    EwsRefusal refusal(String requestId) {
        String said = code.orElse("a fault without a code");
        return new EwsRefusal(said, busy || said.equals(EwsRefusal.SERVER_BUSY), backOff, requestId);
    }
}
