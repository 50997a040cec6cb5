package org.mailcaravan.app;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that cannot be used, all of them together. The message is made to be read by the person who can mend them. */
public final class SettingsException extends RuntimeException {
    private final transient List<SettingProblem> problems;

    SettingsException(List<SettingProblem> problems) {
        super(problems.stream()
                .map(problem -> "  - " + problem)
                .collect(Collectors.joining("\n", title(problems.size()) + "\n", "")));
        this.problems = List.copyOf(problems);
    }

    public List<SettingProblem> problems() {
        return problems;
    }

    private static String title(int count) {
        return count == 1 ? "One setting needs to be corrected:" : count + " settings need to be corrected:";
    }
}
