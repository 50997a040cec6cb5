package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is heard of one change notification: a hint, from whoever knows the secret. Which message it names is not even read (list S35).
 *
 * @param subscription the name of the subscription; checked for its shape only
 * @param clientStateHash SHA-256 of what came as {@code clientState}
 * @see <a href="https://learn.microsoft.com/graph/api/resources/changenotification">changeNotification resource type</a>
 */
record ChangeNotification(String subscription, String clientStateHash, Event event) {
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z._-]{1,64}");
    private static final int LONGEST_CLIENT_STATE = 128;

    /** What happened. */
    enum Event {
        CHANGE,
        /** Some notifications were not delivered: read the mailbox. */
        MISSED,
        /** The creator's token is about to lapse, or a policy changed. */
        REAUTHORIZATION_REQUIRED,
        SUBSCRIPTION_REMOVED,
        /** Not known to this program: as if something had changed. */
        OTHER;

        static Event of(JsonNode lifecycleEvent) {
            return switch (lifecycleEvent.asText("")) {
                case "" -> CHANGE;
                case "missed" -> MISSED;
                case "reauthorizationRequired" -> REAUTHORIZATION_REQUIRED;
                case "subscriptionRemoved" -> SUBSCRIPTION_REMOVED;
                default -> OTHER;
            };
        }
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** All that can be understood of a collection; the rest of it is passed over. */
    static List<ChangeNotification> all(JsonNode collection) {
        List<ChangeNotification> heard = new ArrayList<>();
        collection.path("value").forEach(one -> read(one).ifPresent(heard::add));
        return heard;
    }

    private static Optional<ChangeNotification> read(JsonNode one) {
        String id = one.path("subscriptionId").asText("");
        String state = one.path("clientState").asText("");
        return isId(id)
                ? Optional.of(new ChangeNotification(
                        id,
                        hash(state.length() > LONGEST_CLIENT_STATE ? "" : state),
                        Event.of(one.path("lifecycleEvent"))))
                : Optional.empty();
    }

    static String hash(String clientState) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(clientState.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** In constant time. */
    boolean carries(String expectedHash) {
        return MessageDigest.isEqual(
                clientStateHash.getBytes(StandardCharsets.US_ASCII), expectedHash.getBytes(StandardCharsets.US_ASCII));
    }
}
