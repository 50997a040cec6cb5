package org.mailcaravan.sandbox.ews;

import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** ConvertId: writes ids in another of Exchange's forms. Like Exchange it looks at the id only, not for the item. */
final class ConvertId {
    private static final Problem NO_MAILBOX =
            new Problem("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.");

    private ConvertId() {}

    private record Converted(AlternateIdFormat format, String id, String mailbox) {}

    static Operation.Answer prepare(EwsCall call) {
        AlternateIdFormat target = AlternateIdFormat.of(
                call.operation().attribute("DestinationFormat").orElse(""));
        return ResponseMessages.answer(
                call,
                call.each(
                        call.operation().get("m:SourceIds").children(),
                        source -> converted(call.mailboxes(), source, target)),
                ConvertId::write);
    }

    private static Outcome<Converted> converted(OpenMailboxes mailboxes, XmlElement source, AlternateIdFormat target) {
        if (!source.name().equals("t:AlternateId")) {
            return Outcome.failed(new Problem("ErrorInvalidOperation", "The sandbox has no public folders."));
        }
        String address = source.attribute("Mailbox").orElse("");
        if (mailboxes.findByAddress(address).value().isEmpty()) {
            return Outcome.failed(NO_MAILBOX);
        }
        Optional<String> ewsId =
                AlternateIdFormat.of(source.attribute("Format").orElse("")).ewsId(source.id());
        return ewsId.map(id -> Outcome.of(new Converted(target, target.write(id), address)))
                .orElseGet(() -> Outcome.failed(Problem.malformedId()));
    }

    private static void write(SoapWriter out, Converted converted) throws XMLStreamException {
        out.start("m:AlternateId");
        out.typeAttribute("AlternateIdType");
        out.attribute("Format", converted.format().wireName());
        out.attribute("Id", converted.id());
        out.attribute("Mailbox", converted.mailbox());
        out.end();
    }
}
