package org.mailcaravan.graph;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.mailbox.Mailbox;

/**
 * What one consumer reads, as far as it differs from how its mailboxes were connected and from what the component says.
 *
 * @param folders instead of the mailbox's; none: the mailbox's
 * @param start instead of the mailbox's
 * @param content instead of the component's
 * @param select further properties, comma separated, or empty
 */
record ReadOptions(List<String> folders, Optional<Start> start, Optional<MessageContent> content, String select) {
    /** From when on mail is delivered; empty: everything. */
    record Start(Optional<Instant> from) {}

    ReadOptions {
        if (!select.matches("([A-Za-z]+(,[A-Za-z]+)*)?")) {
            throw new IllegalArgumentException(
                    "select must be names of properties separated by commas, for example internetMessageHeaders,webLink");
        }
    }

    static ReadOptions of(GraphConfiguration options) {
        return new ReadOptions(
                split(options.getFolders()),
                Optional.ofNullable(options.getStartFrom()).map(ReadOptions::start),
                Optional.ofNullable(options.getContent()).map(MessageContent::of),
                String.join(",", split(options.getSelect())));
    }

    private static List<String> split(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList();
    }

    private static Start start(String text) {
        if (text.equals("all")) {
            return new Start(Optional.empty());
        }
        try {
            return new Start(Optional.of(
                    text.contains("T")
                            ? Instant.parse(text)
                            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "startFrom must be all, a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z", e);
        }
    }

    /** Whether the component's own source does. */
    boolean needsNoSource() {
        return content.isEmpty() && select.isEmpty();
    }

    Mailbox view(Mailbox mailbox) {
        return new Mailbox(
                mailbox.id(),
                mailbox.tenant(),
                mailbox.objectId(),
                mailbox.address(),
                mailbox.credential(),
                mailbox.protocol(),
                mailbox.access(),
                folders.isEmpty() ? mailbox.folders() : folders,
                start.map(Start::from).orElse(mailbox.deliverFrom()));
    }
}
