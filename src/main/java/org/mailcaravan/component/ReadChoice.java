package org.mailcaravan.component;

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
 * What one consumer reads, as far as it differs from how its mailboxes were connected.
 *
 * @param folders instead of the mailbox's; none: the mailbox's
 * @param start instead of the mailbox's
 */
public record ReadChoice(List<String> folders, Optional<Start> start) {
    /** From when on mail is delivered; empty: everything. */
    public record Start(Optional<Instant> from) {}

    /**
     * @param folders comma separated, or nothing
     * @param startFrom {@code all}, a day, a time in UTC, or nothing
     * @throws IllegalArgumentException if {@code startFrom} is something else
     */
    public static ReadChoice of(@Nullable String folders, @Nullable String startFrom) {
        return new ReadChoice(split(folders), Optional.ofNullable(startFrom).map(ReadChoice::start));
    }

    /** The words between commas. */
    public static List<String> split(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList();
    }

    private static Start start(String text) {
        return new Start(text.equals("all") ? Optional.empty() : Optional.of(instant("startFrom must be all,", text)));
    }

    /** @throws IllegalArgumentException that begins with these words if the text is neither a day nor a time */
    public static Instant instant(String otherwise, String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    otherwise + " a day such as 2026-01-31, or a time such as 2026-01-31T08:00:00Z", e);
        }
    }

    /** The mailbox as it is to be read. */
    public Mailbox view(Mailbox mailbox) {
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
