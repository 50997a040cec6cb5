package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Reads what a subscriber asks for, by the rules of {@code POST} and {@code PATCH /subscriptions}. Each method throws {@link GraphError} with a 400. */
final class SubscriptionReader {
    private static final Set<String> CHANGE_TYPES = Set.of("created", "updated", "deleted");
    private static final Set<String> TLS_VERSIONS = Set.of("v1_0", "v1_1", "v1_2", "v1_3");
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern FILTER = Pattern.compile("(?:^|&)\\$filter=([^&]*)");
    private static final int LONGEST_CLIENT_STATE = 128;
    private static final Duration SHORTEST = Duration.ofMinutes(45);

    private final Clock clock;

    SubscriptionReader(Clock clock) {
        this.clock = clock;
    }

    /** The messages a {@code resource} names. */
    GraphPath path(JsonNode wish) {
        String resource = required(wish, "resource");
        return GraphPath.parse(resource.split("\\?", 2)[0])
                .filter(path -> path.kind() == GraphPath.Kind.MESSAGES)
                .orElseThrow(() -> invalid("Resource '" + resource + "' is not supported: subscribe to me/messages,"
                        + " users/{id}/messages or the messages of one of their mailFolders."));
    }

    Subscription subscription(
            JsonNode wish, Subscription.Creator creator, Subscription.Watched watched, int longestMinutes) {
        if (wish.path("includeResourceData").asBoolean(false)) {
            throw invalid("This sandbox sends no resource data: leave includeResourceData out.");
        }
        Instant expires = expiry(wish, longestMinutes);
        return new Subscription(UUID.randomUUID().toString(), creator, watched, target(wish), expires, false);
    }

    Subscription.Watched watched(JsonNode wish, SandboxMailbox mailbox, GraphPath path, boolean immutableIds) {
        Optional<SandboxFolder> folder = path.folder()
                .map(name -> mailbox.findFolder(name)
                        .orElseThrow(
                                () -> GraphError.of(404, "ErrorItemNotFound", "The specified folder was not found.")));
        String resource = required(wish, "resource");
        String query = resource.contains("?") ? resource.substring(resource.indexOf('?') + 1) : "";
        Matcher filter = FILTER.matcher(query);
        Optional<String> text = filter.find()
                ? Optional.of(URLDecoder.decode(filter.group(1), StandardCharsets.UTF_8))
                : Optional.empty();
        return new Subscription.Watched(
                resource, mailbox.ownerId(), folder, changeTypes(wish), MessageFilter.parse(text), immutableIds);
    }

    /** At most {@code longestMinutes} ahead; less than 45 minutes are lifted to 45. */
    Instant expiry(JsonNode wish, int longestMinutes) {
        Instant now = clock.instant();
        Instant asked = instant(required(wish, "expirationDateTime"));
        if (!asked.isAfter(now)) {
            throw invalid("Subscription expiration must be in the future.");
        }
        if (asked.isAfter(now.plus(Duration.ofMinutes(longestMinutes)))) {
            throw GraphError.of(
                    400,
                    "ExtensionError",
                    "Operation: Subscribe; Exception: [Status Code: BadRequest; Reason: Subscription expiration can only be "
                            + longestMinutes + " minutes in the future.]");
        }
        Instant earliest = now.plus(SHORTEST);
        return asked.isBefore(earliest) ? earliest : asked;
    }

    private static List<String> changeTypes(JsonNode wish) {
        List<String> types = Arrays.stream(required(wish, "changeType").split(","))
                .map(type -> type.strip().toLowerCase(Locale.ROOT))
                .toList();
        if (!CHANGE_TYPES.containsAll(types) || new HashSet<>(types).size() != types.size()) {
            throw invalid("changeType is a comma-separated list of created, updated and deleted.");
        }
        return types;
    }

    private static Subscription.Target target(JsonNode wish) {
        Optional<String> state = text(wish, "clientState");
        if (state.filter(value -> value.length() > LONGEST_CLIENT_STATE).isPresent()) {
            throw invalid("clientState has at most " + LONGEST_CLIENT_STATE + " characters.");
        }
        String tls = text(wish, "latestSupportedTlsVersion").orElse("v1_2");
        if (!TLS_VERSIONS.contains(tls)) {
            throw invalid("latestSupportedTlsVersion is one of v1_0, v1_1, v1_2, v1_3.");
        }
        return new Subscription.Target(
                address("notificationUrl", required(wish, "notificationUrl")),
                text(wish, "lifecycleNotificationUrl").map(url -> address("lifecycleNotificationUrl", url)),
                state,
                tls);
    }

    /** HTTPS; only here also http, to this machine. */
    private static URI address(String name, String url) {
        try {
            URI address = new URI(url);
            String host = Optional.ofNullable(address.getHost()).orElse("").toLowerCase(Locale.ROOT);
            boolean local = "http".equalsIgnoreCase(address.getScheme()) && THIS_MACHINE.contains(host);
            boolean secure = "https".equalsIgnoreCase(address.getScheme()) && !host.isEmpty();
            if ((local || secure) && address.getRawUserInfo() == null && address.getRawFragment() == null) {
                return address;
            }
        } catch (URISyntaxException notAnAddress) {
            // told below
        }
        throw invalid(name + " must be an https address (this sandbox also takes http to localhost and 127.0.0.1).");
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException notATime) {
            throw invalid("expirationDateTime is a time in UTC such as 2026-11-30T08:00:00Z.");
        }
    }

    private static String required(JsonNode wish, String name) {
        return text(wish, name).orElseThrow(() -> invalid(name + " is required."));
    }

    private static Optional<String> text(JsonNode wish, String name) {
        return Optional.ofNullable(wish.get(name)).filter(JsonNode::isTextual).map(JsonNode::asText);
    }

    private static GraphError invalid(String message) {
        return GraphError.of(400, "InvalidRequest", message);
    }
}
