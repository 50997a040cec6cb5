package org.mailcaravan.sandbox.mail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Fills a mailbox with the mail a company's support address gets, deterministic and built only when somebody reads it, so that
 * 100,000 messages cost a few dozen bytes each.
 */
public final class SeedMail {
    private final SandboxMailbox mailbox;
    private final SeedOptions options;

    private SeedMail(SandboxMailbox mailbox, SeedOptions options) {
        this.mailbox = mailbox;
        this.options = options;
    }

    /** Delivers the seeded mail into the inbox, oldest first. */
    public static void fill(SandboxMailbox mailbox, SeedOptions options) {
        SeedMail seed = new SeedMail(mailbox, options);
        SandboxFolder inbox = mailbox.wellKnownFolder("inbox");
        for (int index = 0; index < options.messages(); index++) {
            int position = index;
            mailbox.deliver(inbox, () -> seed.message(position), options.received(index));
        }
    }

    private MailContent message(int index) {
        SeedDraft draft = draft(index);
        return options.isBig(index)
                ? SeedShape.BIG.build(draft)
                : SeedShape.at(index).build(draft);
    }

    private SeedDraft draft(int index) {
        SeedDice dice = new SeedDice(options.seed(), mailbox.userPrincipalName(), index);
        SeedLetter letter = SeedLetter.pick(dice, index);
        String id = "<" + messageKey(index) + "@" + letter.sender().address().replaceFirst(".*@", "") + ">";
        MailAddress owner = new MailAddress(mailbox.displayName(), mailbox.userPrincipalName());
        List<MailAddress> cc = dice.below(5) == 0 ? List.of(SeedTexts.sender(dice)) : List.of();
        Envelope envelope = new Envelope(
                letter.sender(),
                List.of(owner),
                cc,
                letter.subject(),
                options.received(index).minusSeconds(1 + dice.below(40)),
                Optional.of(id));
        return new SeedDraft(dice, index, letter, envelope);
    }

    private UUID messageKey(int index) {
        String key = options.seed() + "/" + mailbox.userPrincipalName() + "/" + index;
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    }
}
