package org.mailcaravan.sandbox.graph;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** The part of {@code $filter} that mail clients use: terms on four properties joined by {@code and}. */
final class MessageFilter {
    private static final Pattern RECEIVED = Pattern.compile("receivedDateTime (ge|gt|le|lt) '?([^' ]+)'?");
    private static final Pattern READ = Pattern.compile("isRead eq (true|false)");
    private static final Pattern MESSAGE_ID = Pattern.compile("internetMessageId eq '([^']*)'");

    private static final Pattern SUBJECT = Pattern.compile("contains\\(subject, ?'((?:[^']|'')*)'\\)");

    private final String text;
    private final List<String> properties = new ArrayList<>();
    private Predicate<SandboxMessage> test = message -> true;

    private MessageFilter(String text) {
        this.text = text;
    }

    /** Any of the four properties. */
    static MessageFilter parse(Optional<String> option) {
        MessageFilter filter = new MessageFilter(option.orElse(""));
        option.ifPresent(text -> {
            for (String term : text.strip().split(" +and +")) {
                filter.add(term.strip());
            }
        });
        return filter;
    }

    /** What delta allows: {@code receivedDateTime ge} or {@code gt} and nothing else. */
    static MessageFilter parseForDelta(Optional<String> option) {
        option.filter(text -> !text.strip().matches("receivedDateTime (ge|gt) [^ ]+"))
                .ifPresent(text -> {
                    throw GraphError.badRequest("Delta on messages can be filtered by receivedDateTime ge or gt only.");
                });
        return parse(option);
    }

    boolean accepts(SandboxMessage message) {
        return test.test(message);
    }

    /** As given, empty for none. */
    String text() {
        return text;
    }

    /** Whether sorting by received time can follow this filter's index. */
    boolean startsWithReceived() {
        return properties.isEmpty() || properties.get(0).equals("receivedDateTime");
    }

    private void add(String term) {
        Matcher received = RECEIVED.matcher(term);
        Matcher read = READ.matcher(term);
        Matcher id = MESSAGE_ID.matcher(term);
        Matcher subject = SUBJECT.matcher(term);
        if (received.matches()) {
            received(received.group(1), instant(received.group(2)));
        } else if (read.matches()) {
            and("isRead", message -> message.isRead() == Boolean.parseBoolean(read.group(1)));
        } else if (subject.matches()) {
            String wanted = subject.group(1).replace("''", "'").toLowerCase(Locale.ROOT);
            and("subject", message -> message.subject().toLowerCase(Locale.ROOT).contains(wanted));
        } else if (id.matches()) {
            and(
                    "internetMessageId",
                    message -> message.internetMessageId()
                            .filter(id.group(1)::equals)
                            .isPresent());
        } else {
            throw GraphError.badRequest("Invalid filter clause.");
        }
    }

    private void received(String operator, Instant limit) {
        and("receivedDateTime", message -> switch (operator) {
            case "ge" -> !message.received().isBefore(limit);
            case "gt" -> message.received().isAfter(limit);
            case "le" -> !message.received().isAfter(limit);
            default -> message.received().isBefore(limit);
        });
    }

    private void and(String property, Predicate<SandboxMessage> term) {
        properties.add(property);
        test = test.and(term);
    }

    private static Instant instant(String text) {
        try {
            return text.length() == 10
                    ? Instant.parse(text + "T00:00:00Z")
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException bad) {
            throw GraphError.badRequest("The time in the filter is not an ISO 8601 date and time.");
        }
    }
}
