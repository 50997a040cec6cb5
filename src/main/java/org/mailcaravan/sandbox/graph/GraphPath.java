package org.mailcaravan.sandbox.graph;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path under {@code /v1.0}, in either of OData's spellings ({@code mailFolders/inbox} or {@code mailFolders('inbox')}).
 *
 * @param user the {@code users/…} segment, empty for {@code me}
 */
record GraphPath(
        Kind kind,
        Optional<String> user,
        Optional<String> folder,
        Optional<String> message,
        Optional<String> attachment) {

    /** The resources this Graph has; the label is what the request log counts. Literal segments come before captured ones. */
    enum Kind {
        PERSON("graph:me", ""),
        SEND_MAIL("graph:sendMail", "sendMail"),
        TRANSLATE_IDS("graph:translateExchangeIds", "translateExchangeIds"),
        FOLDERS("graph:mailFolders", "mailFolders"),
        FOLDERS_DELTA("graph:mailFolders/delta", "mailFolders/delta"),
        FOLDER("graph:mailFolder", "mailFolders/{folder}"),
        FOLDER_PURGE("graph:mailFolder/permanentDelete", "mailFolders/{folder}/permanentDelete"),
        CHILD_FOLDERS("graph:childFolders", "mailFolders/{folder}/childFolders"),
        DELTA("graph:messages/delta", "messages/delta"),
        MESSAGES("graph:messages", "messages"),
        MESSAGE("graph:message", "messages/{message}"),
        MIME("graph:message/$value", "messages/{message}/$value"),
        MOVE("graph:message/move", "messages/{message}/move"),
        COPY("graph:message/copy", "messages/{message}/copy"),
        SEND("graph:message/send", "messages/{message}/send"),
        PURGE("graph:message/permanentDelete", "messages/{message}/permanentDelete"),
        ATTACHMENTS("graph:message/attachments", "messages/{message}/attachments"),
        UPLOAD_SESSION(
                "graph:message/attachments/createUploadSession", "messages/{message}/attachments/createUploadSession"),
        ATTACHMENT("graph:message/attachment", "messages/{message}/attachments/{attachment}"),
        ATTACHMENT_VALUE("graph:message/attachment/$value", "messages/{message}/attachments/{attachment}/$value");

        private final String label;
        private final List<String> template;

        Kind(String label, String template) {
            this.label = label;
            this.template = template.isEmpty() ? List.of() : List.of(template.split("/"));
        }

        String label() {
            return label;
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

    private static final Pattern KEYED = Pattern.compile(
            "(users|mailFolders|childFolders|messages|attachments)\\('(.*)'\\)", Pattern.CASE_INSENSITIVE);

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

    /** Messages are one resource, in a folder or not; a folder in a folder is named by its own id alone. */
    private static Optional<GraphPath> resource(Optional<String> user, List<String> tokens) {
        boolean inFolder = tokens.size() > 2 && tokens.get(0).equalsIgnoreCase("mailFolders");
        if (inFolder && tokens.size() > 3 && tokens.get(2).equalsIgnoreCase("childFolders")) {
            List<String> child = new ArrayList<>(tokens.subList(2, tokens.size()));
            child.set(0, tokens.get(0));
            return resource(user, child);
        }
        return inFolder && tokens.get(2).equalsIgnoreCase("messages")
                ? match(user, Optional.of(tokens.get(1)), tokens.subList(2, tokens.size()))
                : match(user, Optional.empty(), tokens);
    }

    private static Optional<GraphPath> match(Optional<String> user, Optional<String> folder, List<String> tokens) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.matches(tokens))
                .filter(kind -> kind != Kind.DELTA || folder.isPresent())
                .findFirst()
                .map(kind -> new GraphPath(
                        kind,
                        user,
                        folder.or(() -> kind.captured("folder", tokens)),
                        kind.captured("message", tokens),
                        kind.captured("attachment", tokens)));
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
        return segment.replaceFirst("^microsoft\\.graph\\.", "").replaceFirst("\\(\\)$", "");
    }

    private static String decoded(String segment) {
        // a plus sign is a plus sign in a path
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            throw GraphError.of(400, "RequestBroker--ParseUri", "The path holds a broken percent escape.");
        }
    }
}
