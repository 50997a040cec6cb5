package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.ID_ONLY;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.MimeHeader;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** FindItem with restrictions, and properties that are asked for by name. */
class EwsFindTest {
    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);
    private SandboxMessage older;
    private SandboxMessage newer;

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @BeforeEach
    void twoMessages() {
        older = sandbox.deliver(mailbox, "Invoice 17");
        newer = sandbox.deliver(mailbox, "Greetings");
        mailbox.setRead(newer.number(), true);
    }

    private EwsClient.Reply find(String restriction) {
        return client.call("<m:FindItem Traversal=\"Shallow\">" + ID_ONLY
                + "<m:IndexedPageItemView MaxEntriesReturned=\"10\" Offset=\"0\" BasePoint=\"Beginning\"/>"
                + "<m:Restriction>" + restriction + "</m:Restriction><m:ParentFolderIds>" + distinguished("inbox")
                + "</m:ParentFolderIds></m:FindItem>");
    }

    private static String compared(String how, String field, String value) {
        return "<t:" + how + "><t:FieldURI FieldURI=\"" + field + "\"/><t:FieldURIOrConstant><t:Constant Value=\""
                + value + "\"/></t:FieldURIOrConstant></t:" + how + ">";
    }

    private static String contains(String text) {
        return "<t:Contains ContainmentMode=\"Substring\" ContainmentComparison=\"IgnoreCase\"><t:FieldURI"
                + " FieldURI=\"item:Subject\"/><t:Constant Value=\"" + text + "\"/></t:Contains>";
    }

    @Test
    void itemsAreFoundByTimeFlagAndWords() {
        String unread = compared("IsEqualTo", "message:IsRead", "false");
        String recent = compared(
                "IsGreaterThanOrEqualTo",
                "item:DateTimeReceived",
                newer.received().toString());

        assertThat(find(unread).itemIds()).containsExactly(older.itemId());
        assertThat(find(recent).itemIds()).containsExactly(now(newer).itemId());
        assertThat(find("<t:And>" + unread + recent + "</t:And>").itemIds()).isEmpty();
        assertThat(find("<t:Or>" + unread + recent + "</t:Or>").itemIds()).hasSize(2);
        assertThat(find("<t:Not>" + unread + "</t:Not>").itemIds())
                .containsExactly(now(newer).itemId());
        assertThat(find(contains("INVOICE")).itemIds()).containsExactly(older.itemId());
        assertThat(find(compared(
                                "IsEqualTo",
                                "message:InternetMessageId",
                                older.internetMessageId().orElseThrow().replace("<", "&lt;")))
                        .itemIds())
                .containsExactly(older.itemId());
    }

    private SandboxMessage now(SandboxMessage message) {
        return mailbox.findMessage(message.number()).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "<t:IsEqualTo><t:FieldURIOrConstant><t:Constant Value='x'/></t:FieldURIOrConstant></t:IsEqualTo>,"
                + " ErrorSchemaValidation",
        "<t:Exists><t:FieldURI FieldURI='item:Subject'/></t:Exists>, ErrorUnsupportedPathForQuery"
    })
    void otherRestrictionsAreRefused(String restriction, String code) {
        assertThat(find(restriction).faultCode()).isEqualTo(code);
    }

    @Test
    void headersAndRecipientsAreReadByName() {
        MailDraft draft = MailDraft.from(
                        new MailAddress("Ada", "ada@elsewhere.example"), EwsTenant.NOW, Optional.of("<x@y.example>"))
                .withHeaders(List.of(
                        new MimeHeader("In-Reply-To", "<first@y.example>"),
                        new MimeHeader("References", "<zero@y.example> <first@y.example>")));
        MailDraft withMore = draft.with(draft.envelope()
                .withHidden(
                        List.of(new MailAddress("", "secret@elsewhere.example")),
                        List.of(new MailAddress("", "answers@elsewhere.example"))));
        String id = mailbox.deliver(mailbox.wellKnownFolder("inbox"), withMore).itemId();

        EwsClient.Reply reply = client.getItem(
                "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
                        + "<t:FieldURI FieldURI=\"item:InternetMessageHeaders\"/>"
                        + "<t:FieldURI FieldURI=\"item:InReplyTo\"/><t:FieldURI FieldURI=\"message:References\"/>"
                        + "<t:FieldURI FieldURI=\"message:BccRecipients\"/><t:FieldURI FieldURI=\"message:ReplyTo\"/>"
                        + "</t:AdditionalProperties></m:ItemShape>",
                id);

        assertThat(reply.all(TYPES, "InternetMessageHeader"))
                .extracting(header -> header.getAttribute("HeaderName"))
                .contains("From", "Message-ID", "In-Reply-To");
        assertThat(reply.one(TYPES, "InReplyTo")).isEqualTo("<first@y.example>");
        assertThat(reply.one(TYPES, "References")).isEqualTo("<zero@y.example> <first@y.example>");
        assertThat(reply.texts(TYPES, "EmailAddress"))
                .containsExactly("secret@elsewhere.example", "answers@elsewhere.example");
    }

    @Test
    void hiddenFoldersSaySo() {
        SandboxFolder hidden = mailbox.addFolder(mailbox.wellKnownFolder("inbox"), "Hidden", true);

        EwsClient.Reply reply = client.call("<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>"
                + "<t:AdditionalProperties><t:ExtendedFieldURI PropertyTag=\"0x10F4\" PropertyType=\"Boolean\"/>"
                + "</t:AdditionalProperties></m:FolderShape><m:FolderIds><t:FolderId Id=\"" + hidden.ewsId()
                + "\"/>" + distinguished("inbox") + "</m:FolderIds></m:GetFolder>");

        assertThat(reply.texts(TYPES, "Value")).containsExactly("true", "false");
    }
}
