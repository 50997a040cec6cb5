package org.mailcaravan.sandbox.ews;

import java.util.Optional;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** EWS ids: standard base64, compared exactly; Graph's URL-safe forms of the same ids are malformed here. */
final class ItemIds {
    private ItemIds() {}

    /** What is wrong with the form of an item or folder id. */
    static Optional<Problem> problemOf(String id) {
        if (id.isEmpty()) {
            return Optional.of(new Problem("ErrorInvalidIdEmpty", "Id must be non-empty."));
        }
        boolean graphForm = id.indexOf('-') >= 0 || id.indexOf('_') >= 0;
        return graphForm || !SandboxMailbox.isWellFormedId(id) ? Optional.of(Problem.malformedId()) : Optional.empty();
    }

    static Outcome<SandboxMessage> find(OpenMailboxes mailboxes, XmlElement reference) {
        Optional<Problem> broken = problemOf(reference.id());
        if (broken.isPresent() || !reference.name().equals("t:ItemId")) {
            return Outcome.failed(broken.orElseGet(Problem::itemNotFound));
        }
        return mailboxes
                .findByItem(reference.id())
                .flatMap(mailbox -> mailbox.findMessage(reference.id()))
                .map(Outcome::of)
                .orElseGet(() -> Outcome.failed(Problem.itemNotFound()));
    }
}
