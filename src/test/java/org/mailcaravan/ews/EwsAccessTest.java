package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.testing.ScriptedHttpServer;

class EwsAccessTest {
    private final EwsFixture ews = new EwsFixture();

    @AfterEach
    void close() {
        ews.close();
    }

    private Mailbox readBy(Access access) {
        Mailbox own = ews.mailbox;
        return new Mailbox(
                own.id(),
                own.tenant(),
                own.objectId(),
                own.address(),
                own.credential(),
                own.protocol(),
                access,
                own.folders(),
                own.deliverFrom());
    }

    private ScriptedHttpServer.Asked asked(Access access) {
        ews.server.otherwise(ScriptedHttpServer.status(403, "text/plain", ""));
        assertThatThrownBy(() -> ews.source.fetchFolders(readBy(access))).isInstanceOf(ConsentRequiredException.class);
        return ews.server.asked().get(0);
    }

    @Test
    void applicationImpersonatesTheMailbox() {
        ScriptedHttpServer.Asked asked = asked(Access.APPLICATION);

        assertThat(asked.body())
                .contains("<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>kim@example.org<")
                .doesNotContain("EmailAddress");
        assertThat(asked.header("X-AnchorMailbox")).isEqualTo("kim@example.org");
    }

    @Test
    void delegateNamesTheMailboxInItsFolderIds() {
        ScriptedHttpServer.Asked asked = asked(Access.DELEGATE);

        assertThat(asked.body())
                .contains("<t:DistinguishedFolderId Id=\"inbox\"><t:Mailbox><t:EmailAddress>kim@example.org<")
                .doesNotContain("ExchangeImpersonation");
        assertThat(asked.header("X-AnchorMailbox")).isEqualTo("kim@example.org");
    }

    @Test
    void ownerDoesNeither() {
        assertThat(asked(Access.OWNER).body()).doesNotContain("kim@example.org");
    }

    @ParameterizedTest
    @EnumSource(names = {"DELEGATE", "APPLICATION"})
    void aMissingMessageIsBelievedOnlyIfTheInboxAnswers(Access access) { // F28
        List<WantedMessage> wanted = EwsFixture.wantedEach("a", "gone");
        ews.server
                .then(EwsAnswers.xml(
                        EwsAnswers.items(EwsAnswers.item("a"), EwsAnswers.error("GetItem", "ErrorItemNotFound"))))
                .then(EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.folder("inbox-1"))));

        ews.source.fetchContent(readBy(access), wanted, ews.receiver);

        assertThat(ews.receiver.vanished)
                .containsOnlyKeys(wanted.get(1).key())
                .hasEntrySatisfying(
                        wanted.get(1).key(), words -> assertThat(words).contains("ErrorItemNotFound"));
        assertThat(ews.server.asked()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ErrorAccessDenied", "ErrorFolderNotFound", "ErrorItemNotFound"})
    void aRightTakenAwayIsNotMistakenForMissingMessages(String code) { // F28
        ews.server
                .then(EwsAnswers.xml(EwsAnswers.items(EwsAnswers.error("GetItem", "ErrorItemNotFound"))))
                .then(EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.error("GetFolder", code))));

        assertThatThrownBy(() ->
                        ews.source.fetchContent(readBy(Access.DELEGATE), EwsFixture.wantedEach("a"), ews.receiver))
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining("Full Access");

        assertThat(ews.receiver.vanished).isEmpty();
        assertThat(ews.receiver.failed).isEmpty();
    }

    @Test
    void aHiddenInboxIsNoMailboxWithoutAnInbox() {
        ews.server.otherwise(
                EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.error("GetFolder", "ErrorFolderNotFound"))));

        assertThatThrownBy(() -> ews.source.probe(readBy(Access.DELEGATE), EwsFixture.token("t")))
                .isInstanceOf(ConsentRequiredException.class);
        assertThatThrownBy(() -> ews.source.fetchFolders(readBy(Access.APPLICATION)))
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining("Application EWS.AccessAsApp");
        assertThat(ews.source.fetchFolders(readBy(Access.OWNER))).isEmpty();
    }

    @Test
    void claimsOfA401ArePassedOnOnceAndTheRequestIsTriedOnceMore() { // F29
        String claims = "{\"access_token\":{\"nbf\":{\"essential\":true}}}";
        String challenge = "Bearer error=\"insufficient_claims\", claims=\""
                + Base64.getEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "\"";
        ews.server.otherwise(ScriptedHttpServer.status(401, "text/plain", "", "WWW-Authenticate", challenge));

        assertThatThrownBy(() -> ews.source.fetchFolders(ews.mailbox)).isInstanceOf(ConsentRequiredException.class);

        assertThat(ews.tokens.claims).containsExactly(Optional.of(claims));
        assertThat(ews.server.asked()).hasSize(2);
    }
}
