package org.mailcaravan.sandbox.ews;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.sandbox.Faults;

/**
 * The faults only EWS has, to be planned with {@link Faults} on kinds that start with {@code ews:}. The general ones of
 * {@link Faults} (stalled, dripping or cut bodies, hang-ups, any answer) work on EWS as well.
 */
public final class EwsFaults {
    private static final ThreadLocal<Distortion> PLANNED = ThreadLocal.withInitial(() -> Distortion.NONE);

    private static final String TYPES = "busy, soap-fault, item-error, cut-xml, document-type, wrong-namespace,"
            + " truncated-mime, control-characters, disabled, blocked-by-policy, unavailable";

    private EwsFaults() {}

    /** HTTP 500 with a SOAP fault ErrorServerBusy; with a back-off of 0 it names none. */
    public static Faults.Fault busy(long backOffMilliseconds) {
        return distorting(Distortion.fault(problem("ErrorServerBusy", backOffMilliseconds)));
    }

    /** HTTP 500 with a SOAP fault of any response code. */
    public static Faults.Fault soapFault(String code) {
        return distorting(Distortion.fault(problem(code, 0)));
    }

    /**
     * HTTP 200 in which one response message is an error.
     *
     * @param index of the message that fails, from 0
     * @param stops whether the ones behind it become ErrorBatchProcessingStopped
     * @param backOffMilliseconds 0 names none; ErrorInternalServerError with a back-off hides an ErrorServerBusy, as Exchange does
     */
    public static Faults.Fault itemError(String code, int index, boolean stops, long backOffMilliseconds) {
        return distorting(
                Distortion.failing(new Distortion.FailingMessage(index, problem(code, backOffMilliseconds), stops)));
    }

    /** An HTTP answer complete in itself whose XML ends in the middle. */
    public static Faults.Fault cutXml(long afterBytes) {
        return distorting(Distortion.cutXml(afterBytes));
    }

    /** The answer begins with a DTD whose external subset lies here: fetching it is counted as {@code ews:dtd-fetch}. */
    public static Faults.Fault documentType() {
        return distorting(Distortion.withDocumentType());
    }

    /** EWS elements in namespaces that begin with {@code https:}. */
    public static Faults.Fault wrongNamespace() {
        return distorting(Distortion.withWrongNamespaces());
    }

    /** Every MIME content ends after some bytes with Exchange's mark for an incomplete copy. */
    public static Faults.Fault truncatedMime(long afterBytes) {
        return distorting(Distortion.truncatedMime(afterBytes));
    }

    /** Subjects, bodies and names hold references to characters that XML 1.0 forbids. */
    public static Faults.Fault controlCharacters() {
        return distorting(Distortion.withControlCharacters());
    }

    /** HTTP 403 as after the switch-off: EWS is disabled for the organisation or the mailbox. */
    public static Faults.Fault disabled() {
        return blocked(EwsPolicy.DISABLED);
    }

    /** HTTP 403 because the application is not on the tenant's list. */
    public static Faults.Fault blockedByPolicy() {
        return blocked(EwsPolicy.BLOCKED);
    }

    /** HTTP 503 from the front end, without SOAP. */
    public static Faults.Fault unavailable(Optional<Long> retryAfterSeconds) {
        Map<String, String> headers = retryAfterSeconds
                .map(seconds -> Map.of("Retry-After", String.valueOf(seconds)))
                .orElse(Map.of());
        return Faults.answer(503, headers, "text/html", "<html><body>Service Unavailable</body></html>");
    }

    /**
     * A fault by its name: {@code busy}, {@code soap-fault}, {@code item-error}, {@code cut-xml}, {@code document-type},
     * {@code wrong-namespace}, {@code truncated-mime}, {@code control-characters}, {@code disabled}, {@code blocked-by-policy},
     * {@code unavailable}.
     *
     * @param parameters {@code code}, {@code index}, {@code stops}, {@code backOffMilliseconds}, {@code afterBytes},
     *     {@code retryAfterSeconds}, each with a default
     * @throws IllegalArgumentException if there is no fault of that name
     */
    public static Faults.Fault named(String name, JsonNode parameters) {
        long backOff = parameters.path("backOffMilliseconds").asLong(0);
        long bytes = parameters.path("afterBytes").asLong(700);
        return switch (name) {
            case "busy" -> busy(backOff);
            case "soap-fault" -> soapFault(code(parameters));
            case "item-error" ->
                itemError(
                        code(parameters),
                        parameters.path("index").asInt(0),
                        parameters.path("stops").asBoolean(false),
                        backOff);
            case "cut-xml" -> cutXml(bytes);
            case "document-type" -> documentType();
            case "wrong-namespace" -> wrongNamespace();
            case "truncated-mime" -> truncatedMime(bytes);
            case "control-characters" -> controlCharacters();
            case "disabled" -> disabled();
            case "blocked-by-policy" -> blockedByPolicy();
            case "unavailable" ->
                unavailable(Optional.of(parameters.path("retryAfterSeconds").asLong(0))
                        .filter(seconds -> seconds > 0));
            default -> throw new IllegalArgumentException("fault must be one of " + TYPES);
        };
    }

    /** Before the fault plan is asked: nothing that it decided for another request of this thread counts. */
    static void forget() {
        PLANNED.remove();
    }

    /** What the fault plan has just decided for the request of this thread; forgets it. */
    static Distortion take() {
        Distortion planned = PLANNED.get();
        PLANNED.remove();
        return planned;
    }

    private static String code(JsonNode parameters) {
        String code = parameters.path("code").asText("ErrorServerBusy");
        if (!code.matches("Error[A-Za-z]{1,80}")) {
            throw new IllegalArgumentException("code must be an EWS response code such as ErrorServerBusy");
        }
        return code;
    }

    private static Problem problem(String code, long backOffMilliseconds) {
        if (backOffMilliseconds == 0) {
            return new Problem(code, "Planned by the sandbox's fault plan.");
        }
        return code.equals("ErrorInternalServerError")
                ? Problem.serverBusyInside(backOffMilliseconds)
                : new Problem(
                        code,
                        "Planned by the sandbox's fault plan.",
                        Map.of("BackOffMilliseconds", String.valueOf(backOffMilliseconds)));
    }

    private static Faults.Fault blocked(String reason) {
        return Faults.answer(403, Map.of(EwsPolicy.HEADER, reason), "text/plain", "");
    }

    private static Faults.Fault distorting(Distortion distortion) {
        return exchange -> {
            PLANNED.set(distortion);
            return false;
        };
    }
}
