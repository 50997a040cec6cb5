package org.mailcaravan.sandbox.ews;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.mail.FilePart;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Payload;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** GetAttachment: files, attached items with their MIME, links. */
class EwsAttachmentTest {
    private static final String INNER = "From: Eve <eve@elsewhere.example>\r\nTo: ada@elsewhere.example\r\n"
            + "Subject: The inner letter\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
            + "Message-ID: <inner@elsewhere.example>\r\nContent-Type: text/plain\r\n\r\nInner words\r\n";

    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);
    private final SandboxMessage message = mailbox.deliver(mailbox.wellKnownFolder("inbox"), letter());

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static MailDraft letter() {
        return MailDraft.from(
                        new MailAddress("Ada", "ada@elsewhere.example"),
                        EwsTenant.NOW,
                        Optional.of("<outer@elsewhere.example>"))
                .with(FilePart.file("a.txt", "text/plain", Payload.of("file bytes"), false, Optional.of("cid1")))
                .with(FilePart.message("The inner letter", INNER.getBytes(UTF_8)))
                .with(FilePart.reference("Plan.docx"));
    }

    private List<String> attachmentIds() {
        String shape = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
                + "<t:FieldURI FieldURI=\"item:Attachments\"/></t:AdditionalProperties></m:ItemShape>";
        return client.getItem(shape, message.itemId()).all(TYPES, "AttachmentId").stream()
                .map(id -> id.getAttribute("Id"))
                .toList();
    }

    private EwsClient.Reply getAttachments(String shape, List<String> ids) {
        String asked =
                ids.stream().map(id -> "<t:AttachmentId Id=\"" + id + "\"/>").reduce("", String::concat);
        return client.call(
                "<m:GetAttachment>" + shape + "<m:AttachmentIds>" + asked + "</m:AttachmentIds></m:GetAttachment>");
    }

    private static List<String> childNames(Element parent) {
        List<String> names = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            names.add(child.getLocalName());
        }
        return names;
    }

    @Test
    void everyKindIsReadInTheOrderOfTheSchema() {
        EwsClient.Reply reply = getAttachments("", attachmentIds());

        assertThat(reply.codes()).containsExactly("NoError", "NoError", "NoError");
        assertThat(new String(Base64.getDecoder().decode(reply.one(TYPES, "Content")), UTF_8))
                .isEqualTo("file bytes");
        assertThat(childNames(reply.all(TYPES, "FileAttachment").get(0)))
                .containsExactly(
                        "AttachmentId",
                        "Name",
                        "ContentType",
                        "ContentId",
                        "Size",
                        "LastModifiedTime",
                        "IsInline",
                        "Content");
        assertThat(childNames(reply.all(TYPES, "ItemAttachment").get(0)))
                .containsExactly(
                        "AttachmentId", "Name", "ContentType", "Size", "LastModifiedTime", "IsInline", "Message");
        assertThat(childNames(reply.all(TYPES, "ReferenceAttachment").get(0)))
                .containsExactly(
                        "AttachmentId",
                        "Name",
                        "Size",
                        "LastModifiedTime",
                        "IsInline",
                        "AttachLongPathName",
                        "ProviderType");
    }

    @Test
    void attachedItemComesWithItsOwnPropertiesAndMime() {
        String withMime = "<m:AttachmentShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:AttachmentShape>";

        EwsClient.Reply reply = getAttachments(withMime, attachmentIds().subList(1, 2));

        assertThat(reply.one(TYPES, "Subject")).isEqualTo("The inner letter");
        assertThat(reply.one(TYPES, "InternetMessageId")).isEqualTo("<inner@elsewhere.example>");
        assertThat(reply.one(TYPES, "Body")).contains("Inner words");
        assertThat(new String(Base64.getMimeDecoder().decode(reply.one(TYPES, "MimeContent")), UTF_8))
                .isEqualTo(INNER);
    }

    @Test
    void linksAreNotShownToClientsOfOlderSchemas() {
        client.soapHeader("<t:RequestServerVersion Version=\"Exchange2010_SP2\"/>");

        assertThat(attachmentIds()).hasSize(2);
    }

    @Test
    void idsGoOldWithTheItemAndBrokenOnesAreTold() {
        List<String> ids = attachmentIds();
        mailbox.move(message.number(), mailbox.wellKnownFolder("archive"));

        EwsClient.Reply reply = getAttachments("", List.of(ids.get(0), "", "no+base64!", beyond()));

        assertThat(reply.codes())
                .containsExactly(
                        "ErrorItemNotFound",
                        "ErrorInvalidIdEmpty",
                        "ErrorInvalidIdMalformed",
                        "ErrorInvalidAttachmentId");
        assertThat(reply.all(MESSAGES, "Attachments")).hasSize(4);
    }

    private String beyond() {
        String now = mailbox.findMessage(message.number()).orElseThrow().itemId();
        return Base64.getEncoder().encodeToString((now + "#3").getBytes(UTF_8));
    }

    @Test
    void attributesOfAnswersAreNoPartOfRequests() {
        EwsClient.Reply reply = client.call("<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id=\""
                + attachmentIds().get(0) + "\" RootItemId=\"x\"/></m:AttachmentIds></m:GetAttachment>");

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.faultCode()).isEqualTo("ErrorSchemaValidation");
    }

    @Test
    void everyAttachmentOfALargerBatchIsAnsweredInOrder() {
        List<String> ids = attachmentIds();
        List<String> asked =
                IntStream.range(0, 10).mapToObj(n -> ids.get(n % 2)).toList();

        assertThat(getAttachments("", asked).all(TYPES, "AttachmentId"))
                .extracting(id -> id.getAttribute("Id"))
                .containsExactlyElementsOf(asked);
    }
}
