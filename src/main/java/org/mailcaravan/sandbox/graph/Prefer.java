package org.mailcaravan.sandbox.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the {@code Prefer} headers of one request ask for; each request stands for itself.
 *
 * @param immutableIds {@code IdType="ImmutableId"}
 * @param maxPageSize {@code odata.maxpagesize}
 * @param textBody {@code outlook.body-content-type="text"}
 * @param applied what {@code Preference-Applied} echoes
 */
record Prefer(boolean immutableIds, OptionalInt maxPageSize, boolean textBody, List<String> applied) {
    private static final String PAGE_SIZE = "odata.maxpagesize";
    private static final String BODY_TYPE = "outlook.body-content-type";
    private static final String ID_TYPE = "idtype";

    Prefer {
        applied = List.copyOf(applied);
    }

    static Prefer parse(List<String> headers) {
        boolean immutable = false;
        boolean text = false;
        OptionalInt size = OptionalInt.empty();
        List<String> applied = new ArrayList<>();
        for (String preference : String.join(",", headers).split(",")) {
            String name = preference.split("=", 2)[0].strip().toLowerCase(Locale.ROOT);
            String value = value(preference);
            if (name.equals(ID_TYPE)) {
                immutable = value.equalsIgnoreCase("ImmutableId");
            } else if (name.equals(PAGE_SIZE)) {
                size = pageSize(value);
            } else if (name.equals(BODY_TYPE)) {
                text = value.equalsIgnoreCase("text");
            }
            echo(name, preference).ifPresent(applied::add);
        }
        return new Prefer(immutable, size, text, applied);
    }

    private static Optional<String> echo(String name, String preference) {
        boolean known = name.equals(ID_TYPE) || name.equals(PAGE_SIZE) || name.equals(BODY_TYPE);
        return known ? Optional.of(preference.strip()) : Optional.empty();
    }

    private static String value(String preference) {
        int equals = preference.indexOf('=');
        return equals < 0 ? "" : preference.substring(equals + 1).strip().replace("\"", "");
    }

    /** Sizes that are no number from 1 up are ignored, as the service does. */
    private static OptionalInt pageSize(String value) {
        return value.matches("[1-9]\\d{0,5}") ? OptionalInt.of(Integer.parseInt(value)) : OptionalInt.empty();
    }
}
