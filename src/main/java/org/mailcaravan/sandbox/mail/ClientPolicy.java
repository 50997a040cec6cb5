package org.mailcaravan.sandbox.mail;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which programs the organisation lets at its mail, by User-Agent: Exchange's {@code EwsApplicationAccessPolicy} with {@code EwsAllowList} or
 * {@code EwsBlockList}. In spite of its name it holds for Graph as well.
 *
 * @param agents names in which {@code *} stands for anything, compared without regard to case
 */
public record ClientPolicy(Mode mode, List<String> agents) {
    /** Everybody. */
    public static final ClientPolicy NONE = new ClientPolicy(Mode.NONE, List.of());

    /** What the list means. */
    public enum Mode {
        NONE,
        ENFORCE_ALLOW_LIST,
        ENFORCE_BLOCK_LIST
    }

    public ClientPolicy {
        agents = List.copyOf(agents);
    }

    /** Whether a client of this name, perhaps empty, is let in. */
    public boolean allows(String userAgent) {
        boolean listed = agents.stream()
                .anyMatch(agent -> pattern(agent)
                        .matcher(userAgent.toLowerCase(Locale.ROOT))
                        .matches());
        return mode == Mode.NONE || listed == (mode == Mode.ENFORCE_ALLOW_LIST);
    }

    private static Pattern pattern(String agent) {
        return Pattern.compile(List.of(agent.toLowerCase(Locale.ROOT).split("\\*", -1)).stream()
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")));
    }
}
