package org.mailcaravan.sandbox.ews;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.mail.MailboxEvent;

/** The events that a client subscribes to, in EWS's words. */
enum EventType {
    COPIED("CopiedEvent", MailboxEvent.Kind.COPIED),
    CREATED("CreatedEvent", MailboxEvent.Kind.CREATED),
    DELETED("DeletedEvent", MailboxEvent.Kind.DELETED),
    MODIFIED("ModifiedEvent", MailboxEvent.Kind.MODIFIED),
    MOVED("MovedEvent", MailboxEvent.Kind.MOVED),
    NEW_MAIL("NewMailEvent", MailboxEvent.Kind.NEW_MAIL);

    static final String PATTERN =
            Arrays.stream(values()).map(type -> type.wireName).collect(Collectors.joining("|"));

    private final String wireName;
    private final MailboxEvent.Kind kind;

    EventType(String wireName, MailboxEvent.Kind kind) {
        this.wireName = wireName;
        this.kind = kind;
    }

    String wireName() {
        return wireName;
    }

    static EventType of(MailboxEvent.Kind kind) {
        return Arrays.stream(values())
                .filter(type -> type.kind == kind)
                .findFirst()
                .orElseThrow();
    }

    /** Empty for {@code FreeBusyChangedEvent}, which never happens here. */
    static Optional<EventType> find(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName.equals(wireName))
                .findFirst();
    }
}
