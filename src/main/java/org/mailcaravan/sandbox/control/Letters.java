package org.mailcaravan.sandbox.control;

import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Writes new mail with the checks that both the control API and the page owe their users. */
final class Letters {
    static final long LARGEST_ATTACHMENT_BYTES = 150L * 1024 * 1024;

    private final Clock clock;

    Letters(Clock clock) {
        this.clock = clock;
    }

    /**
     * What somebody wants to send.
     *
     * @param attachmentName empty for none
     */
    record Wish(String from, String subject, String text, String attachmentName, long attachmentBytes) {}

    /**
     * A mail to the owner of a mailbox.
     *
     * @throws IllegalArgumentException if the wish cannot be granted; the message says what to change
     */
    ComposedMail write(SandboxMailbox mailbox, Wish wish) {
        String key = "<" + UUID.randomUUID() + "@sandbox.example>";
        return new ComposedMail(
                sender(wish.from()),
                new MailAddress(mailbox.displayName(), mailbox.userPrincipalName()),
                wish.subject(),
                wish.text(),
                attachment(wish),
                clock.instant(),
                Optional.of(key));
    }

    private static MailAddress sender(String from) {
        if (!from.matches("[^\\s@<>\"]+@[^\\s@<>\"]+")) {
            throw new IllegalArgumentException("The sender is no mail address; write for example someone@example.org");
        }
        return new MailAddress("", from);
    }

    private static Optional<ComposedMail.AttachedFile> attachment(Wish wish) {
        if (wish.attachmentBytes() < 0 || wish.attachmentBytes() > LARGEST_ATTACHMENT_BYTES) {
            throw new IllegalArgumentException("The attachment's size must lie between 0 and 150 MB");
        }
        if (wish.attachmentName().isBlank() && wish.attachmentBytes() > 0) {
            throw new IllegalArgumentException("Give the attachment a file name, or set its size to 0");
        }
        return wish.attachmentName().isBlank()
                ? Optional.empty()
                : Optional.of(
                        new ComposedMail.AttachedFile(wish.attachmentName().strip(), wish.attachmentBytes()));
    }
}
