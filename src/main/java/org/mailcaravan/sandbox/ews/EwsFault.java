package org.mailcaravan.sandbox.ews;

import java.util.Map;

/** The whole request fails: a SOAP 1.1 fault with HTTP 500. */
final class EwsFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    EwsFault(Problem problem) {
        super(problem.code() + ": " + problem.text());
        this.problem = problem;
    }

    EwsFault(String code, String text) {
        this(new Problem(code, text));
    }

    /** A request that is not valid against Microsoft's schema. */
    static EwsFault schema(String violation, XmlElement.Place place) {
        Map<String, String> values = Map.of(
                "LineNumber", String.valueOf(place.line()),
                "LinePosition", String.valueOf(place.position()),
                "Violation", violation);
        return new EwsFault(
                new Problem("ErrorSchemaValidation", "The request failed schema validation: " + violation, values));
    }

    Problem problem() {
        return problem;
    }
}
