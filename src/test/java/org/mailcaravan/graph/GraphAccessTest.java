package org.mailcaravan.graph;

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
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.testing.ScriptedHttpServer;

class GraphAccessTest {
    private static final String REFUSED = "{\"error\":{\"code\":\"%s\",\"message\":\"m\"}}";

    private final GraphFixture graph = new GraphFixture();

    @AfterEach
    void close() {
        graph.close();
    }

    private Mailbox readBy(Access access) {
        Mailbox own = graph.mailbox;
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

    private static ScriptedHttpServer.Answer refused(int status, String code, String... headers) {
        return ScriptedHttpServer.status(status, "application/json", String.format(REFUSED, code), headers);
    }

    private ScriptedHttpServer.Answer page(String link) {
        return ScriptedHttpServer.json("{\"value\":[],\"@odata.deltaLink\":\"" + graph.root + link + "\"}");
    }

    @ParameterizedTest
    @EnumSource(names = {"DELEGATE", "APPLICATION"})
    void anotherMailboxIsAddressedByObjectIdAndReadOnByItsLinks(Access access) { // S43
        String link = "/users('oid')/mailFolders('AAMkInbox%3d')/messages/delta?$deltatoken=1";
        graph.server
                .then(ScriptedHttpServer.json("{\"id\":\"AAMkInbox=\"}"))
                .then(page(link))
                .then(page(link));
        Mailbox mailbox = readBy(access);

        graph.source.fetchFolders(mailbox);
        MailPage first = graph.source.fetchPage(mailbox, GraphFixture.INBOX, Optional.empty());
        graph.source.fetchPage(mailbox, GraphFixture.INBOX, Optional.of(first.next()));

        List<ScriptedHttpServer.Asked> asked = graph.server.asked();
        assertThat(asked.get(0).target()).startsWith("/v1.0/users/oid/mailFolders/inbox?");
        assertThat(asked.get(1).target()).startsWith("/v1.0/users/oid/mailFolders/AAMkInbox=/messages/delta?");
        assertThat(asked.get(2).target()).isEqualTo("/v1.0" + link);
    }

    @ParameterizedTest
    @EnumSource(names = {"DELEGATE", "APPLICATION"})
    void linkToTheMailboxOfWhoeverSignedInIsRefusedAndAnOldCursorToItIsLost(Access access) { // S43
        String link = "/me/mailFolders('AAMkInbox%3d')/messages/delta?$deltatoken=1";
        graph.server.then(page(link));
        SyncCursor old = new SyncCursor(graph.root + link);

        assertThatThrownBy(() -> graph.source.fetchPage(readBy(access), GraphFixture.INBOX, Optional.empty()))
                .isInstanceOf(MalformedAnswerException.class);
        assertThatThrownBy(() -> graph.source.fetchPage(readBy(access), GraphFixture.INBOX, Optional.of(old)))
                .isInstanceOf(CursorLostException.class);
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void refusalNamesTheRightThatIsMissing() {
        graph.server
                .then(refused(403, "ErrorAccessDenied"))
                .then(refused(404, "ErrorItemNotFound"))
                .then(refused(403, "ErrorAccessDenied"));

        for (int hidden = 0; hidden < 2; hidden++) {
            assertThatThrownBy(() -> graph.source.fetchFolders(readBy(Access.DELEGATE)))
                    .isInstanceOf(ConsentRequiredException.class)
                    .hasMessageContaining("Mail.Read.Shared")
                    .hasMessageContaining("Full Access");
        }
        assertThatThrownBy(() -> graph.source.fetchFolders(readBy(Access.APPLICATION)))
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining("Application Mail.Read");
    }

    @Test
    void claimsOfA401ArePassedOnOnceAndTheRequestIsTriedOnceMore() { // F29
        String claims = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1792\"}}}";
        String challenge = "Bearer realm=\"\", error=\"insufficient_claims\", claims=\""
                + Base64.getEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "\"";
        graph.server.otherwise(refused(401, "InvalidAuthenticationToken", "WWW-Authenticate", challenge));

        assertThatThrownBy(() -> graph.source.fetchFolders(graph.mailbox)).isInstanceOf(ConsentRequiredException.class);

        assertThat(graph.tokens.claims).containsExactly(Optional.of(claims));
        assertThat(graph.server.asked()).hasSize(2);
    }
}
