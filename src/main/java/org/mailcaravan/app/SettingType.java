package org.mailcaravan.app;

import java.util.function.Function;

/**
 * What a setting's text becomes.
 *
 * @param label what to write, with the unit, for the documentation
 * @param secret whether the value must never be shown
 * @param parser throws {@link Refused} if the text is not of this type
 */
record SettingType(String label, boolean secret, Function<String, Object> parser) {
    static SettingType of(String label, Function<String, Object> parser) {
        return new SettingType(label, false, parser);
    }

    /** The text is not of the type; the two halves of a {@link SettingProblem}. */
    static final class Refused extends RuntimeException {
        private final String remedy;

        Refused(String problem, String remedy) {
            super(problem, null, false, false);
            this.remedy = remedy;
        }

        SettingProblem of(String name) {
            return new SettingProblem(name, getMessage(), remedy);
        }
    }
}
