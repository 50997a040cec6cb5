package org.mailcaravan.sandbox.graph;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path under {@code /v1.0}, in either of OData's spellings ({@code mailFolders/inbox} or {@code mailFolders('inbox')}).
 *
 * @param user the {@code users/…} segment, empty for {@code me}
 */
record GraphPath(Kind kind, Optional<String> user, Optional<String> folder, Optional<String> message) {

    /** The resources this Graph has; the label is what the request log counts. */
    enum Kind {
        PERSON("graph:me", ""),
        FOLDERS("graph:mailFolders", "mailFolders"),
        FOLDER("graph:mailFolder", "mailFolders/{folder}"),
        CHILD_FOLDERS("graph:childFolders", "mailFolders/{folder}/childFolders"),
        FOLDER_MESSAGES("graph:messages", "mailFolders/{folder}/messages"),
        DELTA("graph:messages/delta", "mailFolders/{folder}/messages/delta"),
        MESSAGES("graph:messages", "messages"),
        MESSAGE("graph:message", "messages/{message}"),
        FOLDER_MESSAGE("graph:message", "mailFolders/{folder}/messages/{message}"),
        MIME("graph:message/$value", "messages/{message}/$value"),
        FOLDER_MIME("graph:message/$value", "mailFolders/{folder}/messages/{message}/$value"),
        ATTACHMENTS("graph:message/attachments", "messages/{message}/attachments"),
        FOLDER_ATTACHMENTS("graph:message/attachments", "mailFolders/{folder}/messages/{message}/attachments");

        private final String label;
        private final List<String> template;

        Kind(String label, String template) {
            this.label = label;
            this.template = template.isEmpty() ? List.of() : List.of(template.split("/"));
        }

        String label() {
            return label;
        }

        /** Whether it tells nothing of single messages, so that {@code Mail.ReadBasic} is enough. */
        boolean showsFoldersOnly() {
            return this == FOLDERS || this == FOLDER || this == CHILD_FOLDERS;
        }

        private boolean matches(List<String> tokens) {
            if (tokens.size() != template.size()) {
                return false;
            }
            for (int at = 0; at < tokens.size(); at++) {
                if (!template.get(at).startsWith("{") && !template.get(at).equalsIgnoreCase(tokens.get(at))) {
                    return false;
                }
            }
            return true;
        }

        private Optional<String> captured(String name, List<String> tokens) {
            int at = template.indexOf("{" + name + "}");
            return at < 0 ? Optional.empty() : Optional.of(tokens.get(at));
        }
    }

    private static final Pattern KEYED =
            Pattern.compile("(users|mailFolders|messages)\\('(.*)'\\)", Pattern.CASE_INSENSITIVE);

    /** @param rawPath what follows the version, still percent-encoded; empty when there is no such resource */
    static Optional<GraphPath> parse(String rawPath) {
        List<String> tokens = tokens(rawPath);
        if (tokens.isEmpty()) {
            return Optional.empty();
        }
        boolean me = tokens.get(0).equalsIgnoreCase("me");
        if (!me && (tokens.size() < 2 || !tokens.get(0).equalsIgnoreCase("users"))) {
            return Optional.empty();
        }
        Optional<String> user = me ? Optional.empty() : Optional.of(tokens.get(1));
        return resource(user, tokens.subList(me ? 1 : 2, tokens.size()));
    }

    private static Optional<GraphPath> resource(Optional<String> user, List<String> tokens) {
        for (Kind kind : Kind.values()) {
            if (kind.matches(tokens)) {
                return Optional.of(
                        new GraphPath(kind, user, kind.captured("folder", tokens), kind.captured("message", tokens)));
            }
        }
        return Optional.empty();
    }

    private static List<String> tokens(String rawPath) {
        List<String> tokens = new ArrayList<>();
        for (String segment : rawPath.split("/")) {
            String decoded = decoded(segment);
            Matcher keyed = KEYED.matcher(decoded);
            if (keyed.matches()) {
                tokens.add(keyed.group(1));
                tokens.add(keyed.group(2));
            } else if (!decoded.isEmpty()) {
                tokens.add(functionName(decoded));
            }
        }
        return tokens;
    }

    /** {@code microsoft.graph.delta()}, {@code delta()} and {@code delta} are one. */
    private static String functionName(String segment) {
        return segment.matches("(microsoft\\.graph\\.)?delta(\\(\\))?") ? "delta" : segment;
    }

    private static String decoded(String segment) {
        // a plus sign is a plus sign in a path
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
