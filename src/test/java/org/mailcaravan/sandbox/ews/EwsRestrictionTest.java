package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** FindItem with a restriction. */
class EwsRestrictionTest {
    private static final String RECEIVED = "<t:FieldURI FieldURI=\"item:DateTimeReceived\"/>";
    private static final String SUBJECT = "<t:FieldURI FieldURI=\"item:Subject\"/>";

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

    @BeforeEach
    void deliver() {
        deliver("Old invoice", "2026-11-01T08:00:00Z");
        SandboxMessage read = deliver("New INVOICE", "2026-11-02T08:00:00Z");
        mailbox.setRead(read.number(), true);
        deliver("Letter", "2026-11-03T08:00:00Z");
    }

    private SandboxMessage deliver(String subject, String received) {
        ComposedMail mail = new ComposedMail(
                new MailAddress("Ada", "ada@elsewhere.example"),
                new MailAddress("Kim", "kim@elsewhere.example"),
                subject,
                "Hello",
                Optional.empty(),
                Instant.parse(received),
                Optional.empty());
        return mailbox.deliver(mailbox.wellKnownFolder("inbox"), mail, Instant.parse(received));
    }

    private EwsClient.Reply find(String restriction) {
        return client.call("<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>"
                + "<t:AdditionalProperties>" + SUBJECT + "</t:AdditionalProperties></m:ItemShape><m:Restriction>"
                + restriction + "</m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id=\"inbox\"/>"
                + "</m:ParentFolderIds></m:FindItem>");
    }

    private List<String> found(String restriction) {
        return find(restriction).texts(TYPES, "Subject");
    }

    private static String constant(String value) {
        return "<t:Constant Value=\"" + value + "\"/>";
    }

    private static String compare(String how, String field, String value) {
        return "<t:" + how + ">" + field + "<t:FieldURIOrConstant>" + constant(value) + "</t:FieldURIOrConstant></t:"
                + how + ">";
    }

    private static String contains(String comparison, String value) {
        return "<t:Contains ContainmentMode=\"Substring\" ContainmentComparison=\"" + comparison + "\">" + SUBJECT
                + constant(value) + "</t:Contains>";
    }

    @ParameterizedTest
    @CsvSource({
        "IsGreaterThanOrEqualTo, 'Letter,New INVOICE'",
        "IsGreaterThan, Letter",
        "IsLessThan, Old invoice",
        "IsLessThanOrEqualTo, 'New INVOICE,Old invoice'",
        "IsEqualTo, New INVOICE",
        "IsNotEqualTo, 'Letter,Old invoice'"
    })
    void timesAreCompared(String how, String subjects) {
        assertThat(found(compare(how, RECEIVED, "2026-11-02T08:00:00Z"))).containsExactly(subjects.split(","));
    }

    @Test
    void subjectsAreSearchedWithAndWithoutCase() {
        assertThat(found(contains("IgnoreCase", "invoice"))).containsExactly("New INVOICE", "Old invoice");
        assertThat(found(contains("Exact", "invoice"))).containsExactly("Old invoice");
    }

    @Test
    void conditionsAreJoined() {
        String unread = compare("IsEqualTo", "<t:FieldURI FieldURI=\"message:IsRead\"/>", "false");
        String invoice = contains("IgnoreCase", "invoice");

        assertThat(found("<t:And>" + unread + invoice + "</t:And>")).containsExactly("Old invoice");
        assertThat(found("<t:Or>" + unread + invoice + "</t:Or>")).hasSize(3);
        assertThat(found("<t:Not>" + invoice + "</t:Not>")).containsExactly("Letter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<t:Exists><t:FieldURI FieldURI=\"item:Subject\"/></t:Exists>",
                "<t:Contains><t:FieldURI FieldURI=\"item:Subject\"/><t:Constant Value=\"x\"/></t:Contains>",
                "<t:IsEqualTo><t:FieldURI FieldURI=\"item:Size\"/><t:FieldURIOrConstant><t:Constant Value=\"1\"/>"
                        + "</t:FieldURIOrConstant></t:IsEqualTo>",
                "<t:IsEqualTo><t:FieldURI FieldURI=\"item:Subject\"/><t:FieldURIOrConstant>"
                        + "<t:FieldURI FieldURI=\"item:Subject\"/></t:FieldURIOrConstant></t:IsEqualTo>"
            })
    void whatTheSandboxCannotSearchIsRefusedRatherThanIgnored(String restriction) {
        assertThat(find(restriction).faultCode()).isEqualTo("ErrorInvalidRequest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<t:IsEqualTo><t:FieldURIOrConstant><t:Constant Value=\"1\"/></t:FieldURIOrConstant>"
                        + "<t:FieldURI FieldURI=\"item:Subject\"/></t:IsEqualTo>",
                "<t:IsEqualTo><t:FieldURI FieldURI=\"item:Subject\"/><t:Constant Value=\"1\"/></t:IsEqualTo>",
                "<t:And/>"
            })
    void whatIsNotOfTheSchemaIsRefused(String restriction) {
        assertThat(find(restriction).faultCode()).isEqualTo("ErrorSchemaValidation");
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        assertThat(find(compare("IsEqualTo", RECEIVED, "yesterday")).faultCode())
                .isEqualTo("ErrorInvalidValueForProperty");
    }
}
