package org.mailcaravan.ingest;

import java.time.Instant;
import java.util.Optional;
import org.mailcaravan.mailbox.Mailbox;

/**
 * A mailbox and how its reading goes.
 *
 * @param reason what went wrong at the last reading, with the remedy; names no address and quotes no mail
 * @param since when it came into this state
 */
public record MailboxStatus(Mailbox mailbox, MailboxState state, Optional<String> reason, Instant since) {}
