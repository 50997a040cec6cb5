package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.ID_ONLY;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.MIME;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.FilePart;
import org.mailcaravan.sandbox.mail.FollowUp;
import org.mailcaravan.sandbox.mail.Importance;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Marks;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.sandbox.mail.SeedMail;
import org.mailcaravan.sandbox.mail.SeedOptions;
import org.w3c.dom.Element;

/** GetItem: ids, shapes, MIME. */
class EwsGetItemTest {
    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void everyIdGetsItsMessageInOrder() {
        SandboxMessage first = sandbox.deliver(mailbox, "first");
        SandboxMessage moved = sandbox.deliver(mailbox, "moved");
        SandboxMessage last = sandbox.deliver(mailbox, "last");
        mailbox.move(moved.number(), mailbox.wellKnownFolder("archive"));
        SandboxMessage foreign = sandbox.deliver(sandbox.newMailbox(), "foreign");

        EwsClient.Reply reply = client.getItem(
                ID_ONLY,
                first.itemId(),
                moved.itemId(),
                "AAMk-truncated",
                first.restId(),
                first.immutableId(),
                first.itemId().toLowerCase(Locale.ROOT),
                "",
                foreign.itemId(),
                last.itemId());

        assertThat(reply.codes())
                .startsWith(
                        "NoError",
                        "ErrorItemNotFound",
                        "ErrorInvalidIdMalformed",
                        "ErrorInvalidIdMalformed",
                        "ErrorInvalidIdMalformed")
                .endsWith("ErrorInvalidIdEmpty", "ErrorItemNotFound", "NoError");
        assertThat(reply.codes()).hasSize(9);
        assertThat(reply.itemIds()).containsExactly(first.itemId(), last.itemId());
        assertThat(EwsFoldersTest.children(
                        reply.all(MESSAGES, "GetItemResponseMessage").get(1)))
                .containsExactly("MessageText", "ResponseCode", "DescriptiveLinkKey", "Items");
    }

    @Test
    void whatGraphMarksAndDraftsShowsHereToo() {
        SandboxMessage marked = sandbox.deliver(mailbox, "marked");
        FollowUp flagged = new FollowUp(FollowUp.Status.FLAGGED, Optional.empty(), Optional.empty(), Optional.empty());
        mailbox.update(
                marked.number(),
                now -> now.with(now.marks()
                                .withCategories(List.of("Red", "Blue"))
                                .withFollowUp(flagged))
                        .with(Importance.HIGH));
        MailDraft draft = MailDraft.from(new MailAddress("Kim", "kim@caravan.example"), Instant.EPOCH, Optional.empty())
                .with(FilePart.reference("link"));
        SandboxMessage drafted = mailbox.add(mailbox.wellKnownFolder("drafts"), draft, Marks.DRAFT);
        String all = "<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>";

        EwsClient.Reply one = client.getItem(all, marked.itemId());
        EwsClient.Reply other = client.getItem(all, drafted.itemId());

        assertThat(one.texts(TYPES, "String")).containsExactly("Red", "Blue");
        assertThat(one.one(TYPES, "FlagStatus")).isEqualTo("Flagged");
        assertThat(one.one(TYPES, "Importance")).isEqualTo("High");
        assertThat(one.one(TYPES, "IsDraft")).isEqualTo("false");
        assertThat(other.one(TYPES, "IsDraft")).isEqualTo("true");
        assertThat(other.texts(TYPES, "FileAttachment")).isEmpty();
    }

    @Test
    void mimeNamesItsMessageAndIsGeneratedAnewEachTime() {
        SeedMail.fill(mailbox, SeedOptions.of(7, 12, sandbox.clock.instant()).withoutBigMessage());
        String[] ids = mailbox.messages().stream().map(SandboxMessage::itemId).toArray(String[]::new);

        EwsClient.Reply once = client.getItem(MIME, ids);
        EwsClient.Reply again = client.getItem(MIME, ids);

        List<String> mimes = once.texts(TYPES, "MimeContent").stream()
                .map(EwsGetItemTest::decoded)
                .toList();
        for (int i = 0; i < ids.length; i++) {
            assertThat(mimes.get(i))
                    .startsWith(
                            "X-Sandbox-Message: " + mailbox.messages().get(i).number() + "\r\n");
        }
        assertThat(again.texts(TYPES, "MimeContent").stream().map(EwsGetItemTest::decoded))
                .isNotEqualTo(mimes)
                .hasSize(12);
        assertThat(once.headers().firstValue("Content-Length")).isEmpty();
        assertThat(once.all(TYPES, "MimeContent").get(0).getAttribute("CharacterSet"))
                .isEqualTo("UTF-8");
    }

    @Test
    void mimeStandsBeforeTheId() {
        SandboxMessage message = sandbox.deliver(mailbox, "order");

        Element item =
                client.getItem(MIME, message.itemId()).all(TYPES, "Message").get(0);

        assertThat(EwsFoldersTest.children(item)).containsExactly("MimeContent", "ItemId");
    }

    @Test
    void allPropertiesComeInSchemaOrder() {
        SandboxMessage message = sandbox.deliver(mailbox, "everything");

        EwsClient.Reply reply = client.getItem(
                "<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:BodyType>Text</t:BodyType></m:ItemShape>",
                message.itemId());

        assertThat(EwsFoldersTest.children(reply.all(TYPES, "Message").get(0)))
                .containsSubsequence(
                        "ItemId",
                        "ParentFolderId",
                        "ItemClass",
                        "Subject",
                        "Sensitivity",
                        "Body",
                        "DateTimeReceived",
                        "Size",
                        "Importance",
                        "IsDraft",
                        "DateTimeSent",
                        "DateTimeCreated",
                        "DisplayTo",
                        "HasAttachments",
                        "Culture",
                        "LastModifiedTime",
                        "IsAssociated",
                        "ConversationId",
                        "Flag",
                        "Preview",
                        "Sender",
                        "ToRecipients",
                        "ConversationTopic",
                        "From",
                        "InternetMessageId",
                        "IsRead");
        assertThat(reply.one(TYPES, "Body")).contains("Hello <there> & goodbye");
        assertThat(reply.all(TYPES, "MimeContent")).isEmpty();
    }

    @Test
    void olderSchemaVersionsLackYoungerProperties() {
        SandboxMessage message = sandbox.deliver(mailbox, "old client");
        client.soapHeader("<t:RequestServerVersion Version=\"Exchange2007_SP1\"/>");

        EwsClient.Reply reply =
                client.getItem("<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>", message.itemId());

        assertThat(EwsFoldersTest.children(reply.all(TYPES, "Message").get(0)))
                .contains("Subject")
                .doesNotContain("Preview", "Flag", "ConversationId", "IsAssociated");
    }

    @Test
    void attachmentsAreDescribedWithoutTheirBytes() {
        SandboxMessage message = mailbox.deliver(
                mailbox.wellKnownFolder("inbox"),
                sandbox.mail("file", Optional.of(new ComposedMail.AttachedFile("invoice.pdf", 1234))));

        EwsClient.Reply reply = client.getItem(
                "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
                        + "<t:FieldURI FieldURI=\"item:Attachments\"/><t:FieldURI FieldURI=\"item:HasAttachments\"/>"
                        + "</t:AdditionalProperties></m:ItemShape>",
                message.itemId());

        assertThat(EwsFoldersTest.children(reply.all(TYPES, "FileAttachment").get(0)))
                .containsExactly("AttachmentId", "Name", "ContentType", "Size", "LastModifiedTime", "IsInline");
        assertThat(reply.one(TYPES, "HasAttachments")).isEqualTo("true");
    }

    @Test
    void invitationsHaveAnElementOfTheirOwn() {
        SeedMail.fill(mailbox, SeedOptions.of(7, 60, sandbox.clock.instant()).withoutBigMessage());
        String[] ids = mailbox.messages().stream()
                .filter(message -> message.messageClass().equals("IPM.Schedule.Meeting.Request"))
                .map(SandboxMessage::itemId)
                .toArray(String[]::new);

        EwsClient.Reply reply = client.getItem(ID_ONLY, ids);

        assertThat(ids).isNotEmpty();
        assertThat(reply.all(TYPES, "MeetingRequest")).hasSize(ids.length);
        assertThat(reply.all(TYPES, "Message")).isEmpty();
    }

    /** F32: real Exchange sends character references that XML 1.0 forbids. */
    @Test
    void controlCharactersInSubjectsAreSentAsReferences() {
        SandboxMessage message = sandbox.deliver(mailbox, "bell\u0001 & \u000B tab");

        EwsClient.Reply reply = client.getItem(
                "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
                        + "<t:FieldURI FieldURI=\"item:Subject\"/></t:AdditionalProperties></m:ItemShape>",
                message.itemId());

        assertThat(reply.text()).containsPattern("Subject[^>]*>bell&#x1; &#x26; &#xB; tab<");
    }

    @Test
    void largeMimeArrivesWholeInOneBase64Text() throws Exception {
        SandboxMessage message = mailbox.deliver(
                mailbox.wellKnownFolder("inbox"),
                sandbox.mail("large", Optional.of(new ComposedMail.AttachedFile("large.zip", 25_000_000))));

        long bytes = 0;
        String start;
        try (InputStream body = client.stream(EwsClient.getItemRequest(MIME, message.itemId()))) {
            start = new String(body.readNBytes(2000), StandardCharsets.UTF_8);
            bytes = 2000 + body.transferTo(OutputStream.nullOutputStream());
        }

        assertThat(start).contains("MimeContent");
        assertThat(bytes).isGreaterThan(25_000_000L * 4 / 3 * 4 / 3);
    }

    /** F47 wants bounded heap: writing 64 MB of content allocates next to nothing. */
    @Test
    void base64IsStreamedWithoutCopies() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] piece = new byte[8192];
        SoapWriter out = new SoapWriter(OutputStream.nullOutputStream(), PrefixStyle.EXCHANGE, Distortion.NONE);
        out.startDocument();
        out.start("t:MimeContent");

        long before = threads.getCurrentThreadAllocatedBytes();
        out.base64(stream -> {
            for (int i = 0; i < 8192; i++) {
                stream.write(piece);
            }
        });
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(4_000_000);
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    }
}
