package org.mailcaravan.sandbox.mail;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The kinds of mail a support mailbox gets, each with the way its MIME is built. */
enum SeedShape {
    PLAIN(SeedShapes::plain),
    ALTERNATIVE(SeedShapes::alternative),
    INLINE_IMAGES(SeedShapes::inlineImages),
    FILES(SeedShapes::files),
    ATTACHED_MESSAGE(SeedShapes::attachedMessage),
    INVITATION(SeedReports::invitation),
    DELIVERY_REPORT(SeedReports::deliveryReport),
    OCTETS(draft -> SeedShapes.opaque(draft, "export.bin", 9_000)),
    TNEF(draft -> SeedShapes.opaque(draft, "winmail.dat", 14_000)),
    RIGHTS_PROTECTED(draft -> SeedShapes.opaque(draft, "message.rpmsg", 22_000)),
    SMIME(SeedShapes::smime),
    NO_MESSAGE_ID(draft -> SeedShapes.plain(draft.withMessageId(Optional.empty()))),
    DOUBLED_MESSAGE_ID(draft -> SeedShapes.alternative(draft.withMessageId(Optional.of(sharedId(draft))))),
    LONG_HEADERS(SeedShapes::longHeaders),
    EMPTY_BODY(SeedShapes::emptyBody),
    EMPTY_SUBJECT(draft -> SeedShapes.plain(draft.withSubject(""))),
    BIG(SeedShapes::big);

    /** Every shape comes in any 40 messages, the odd ones once or twice. */
    private static final List<SeedShape> TURNS = List.of(
            PLAIN,
            ALTERNATIVE,
            FILES,
            INLINE_IMAGES,
            ATTACHED_MESSAGE,
            PLAIN,
            INVITATION,
            ALTERNATIVE,
            DELIVERY_REPORT,
            FILES,
            DOUBLED_MESSAGE_ID,
            DOUBLED_MESSAGE_ID,
            NO_MESSAGE_ID,
            PLAIN,
            OCTETS,
            ALTERNATIVE,
            SMIME,
            TNEF,
            EMPTY_BODY,
            EMPTY_SUBJECT,
            LONG_HEADERS,
            RIGHTS_PROTECTED,
            PLAIN,
            ALTERNATIVE,
            INLINE_IMAGES,
            PLAIN,
            ALTERNATIVE,
            FILES,
            PLAIN,
            ALTERNATIVE,
            PLAIN,
            ALTERNATIVE,
            FILES,
            PLAIN,
            ALTERNATIVE,
            INLINE_IMAGES,
            PLAIN,
            ALTERNATIVE,
            PLAIN,
            FILES);

    private final Function<SeedDraft, MailContent> builder;

    SeedShape(Function<SeedDraft, MailContent> builder) {
        this.builder = builder;
    }

    static SeedShape at(int index) {
        return TURNS.get(index % TURNS.size());
    }

    MailContent build(SeedDraft draft) {
        return builder.apply(draft);
    }

    /** One id for both of a turn of 40 in the same mailbox. */
    private static String sharedId(SeedDraft draft) {
        String owner = draft.envelope().to().get(0).address();
        String turn = owner + "/" + draft.index() / TURNS.size();
        return "<twice-" + UUID.nameUUIDFromBytes(turn.getBytes(StandardCharsets.UTF_8)) + "@tinhat-toys.example>";
    }
}
