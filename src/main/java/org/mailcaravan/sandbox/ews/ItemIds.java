package org.mailcaravan.sandbox.ews;

import java.util.Optional;
import javax.xml.stream.XMLStreamException;
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
        return broken.isPresent() || reference.name().equals("t:ItemId")
                ? find(mailboxes, reference.id())
                : Outcome.failed(Problem.itemNotFound());
    }

    static Outcome<SandboxMessage> find(OpenMailboxes mailboxes, String id) {
        Optional<Problem> broken = problemOf(id);
        return broken.<Outcome<SandboxMessage>>map(Outcome::failed)
                .orElseGet(() -> mailboxes
                        .findByItem(id)
                        .flatMap(mailbox -> mailbox.findMessage(id))
                        .map(Outcome::of)
                        .orElseGet(() -> Outcome.failed(Problem.itemNotFound())));
    }

    /** {@code m:Items} with nothing but the id: what a change answers. */
    static void write(SoapWriter out, SandboxMessage message) throws XMLStreamException {
        out.start("m:Items").start("t:Message").start("t:ItemId");
        out.attribute("Id", message.itemId()).attribute("ChangeKey", message.changeKey());
        out.end().end().end();
    }
}
