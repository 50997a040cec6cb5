package org.mailcaravan.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mailcaravan.sandbox.entra.EntraAuthority;

/** Reads fault rules from the control API's JSON. */
final class PlannedFaults {
    private static final String TYPES =
            "fault.type must be one of answer, garbage, stall, stall-body, cut, drip, hang-up, aadsts";

    private final SandboxDirectory directory;
    private final EntraAuthority authority;

    PlannedFaults(SandboxDirectory directory, EntraAuthority authority) {
        this.directory = directory;
        this.authority = authority;
    }

    /** @throws IllegalArgumentException if the rule makes no sense; the message says what is expected */
    Faults.Rule read(JsonNode rule) {
        return new Faults.Rule(
                rule.path("kind").asText(""),
                ControlOperations.findUser(directory, rule),
                rule.path("skip").asInt(0),
                rule.path("times").asText("1").equals("always")
                        ? Integer.MAX_VALUE
                        : rule.path("times").asInt(1),
                fault(rule.path("fault")));
    }

    private Faults.Fault fault(JsonNode fault) {
        return switch (fault.path("type").asText("")) {
            case "answer" -> answer(fault);
            case "garbage" ->
                Faults.answer(
                        200, Map.of(), text(fault, "contentType", "application/json"), "{\"value\":[{\"id\":\"AA");
            case "stall" -> Faults.stallHead(wait(fault));
            case "stall-body" -> Faults.stallBody(fault.path("afterBytes").asLong(0), wait(fault));
            case "cut" -> Faults.cutBody(fault.path("afterBytes").asLong(0));
            case "drip" -> Faults.drip(fault.path("bytes").asInt(1), wait(fault));
            case "hang-up" -> Faults.hangUp();
            case "aadsts" -> authority.aadsts(number(fault, "code"));
            default -> throw new IllegalArgumentException(TYPES);
        };
    }

    private static Faults.Fault answer(JsonNode fault) {
        Map<String, String> headers = new TreeMap<>();
        fault.path("headers")
                .fields()
                .forEachRemaining(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        return Faults.answer(
                number(fault, "status"),
                headers,
                text(fault, "contentType", "application/json"),
                new Faults.Body(
                        text(fault, "body", ""),
                        text(fault, "repeated", ""),
                        fault.path("times").asInt(0),
                        text(fault, "tail", "")));
    }

    private static Duration wait(JsonNode fault) {
        return Duration.ofMillis(number(fault, "ms"));
    }

    private static int number(JsonNode fault, String name) {
        return Optional.of(fault.path(name))
                .filter(JsonNode::isInt)
                .orElseThrow(() -> new IllegalArgumentException("fault." + name + " must be a whole number"))
                .intValue();
    }

    private static String text(JsonNode fault, String name, String otherwise) {
        return fault.path(name).asText(otherwise);
    }
}
