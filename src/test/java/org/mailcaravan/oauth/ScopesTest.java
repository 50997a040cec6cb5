package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.Protocol;

/** What an answer's {@code scope} means, however Microsoft spells it. */
final class ScopesTest {
    private final Scopes scopes = new Scopes(OAuthSettings.ResourceAddresses.GLOBAL);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EWS.AccessAsUser.All",
                "https://outlook.office365.com/EWS.AccessAsUser.All",
                "https://outlook.office.com/EWS.AccessAsUser.All",
                "https://outlook.office365.com//EWS.AccessAsUser.All",
                "https://outlook.office365.com/ews.accessasuser.all"
            })
    void exchangeIsReadableUnderEachOfItsNames(String scope) {
        assertThat(scopes.allowReading(Set.of("profile", scope), Protocol.EWS, false))
                .isTrue();
    }

    @Test
    void theNameCountsAsAWholeOnly() {
        assertThat(scopes.allowReading(Set.of("EWS.AccessAsUser.All2", "Mail.Read"), Protocol.EWS, false))
                .isFalse();
        assertThat(scopes.allowReading(Set.of("Mail.ReadBasic", "User.Read"), Protocol.GRAPH, false))
                .isFalse();
        assertThat(scopes.allowReading(Set.of("https://graph.microsoft.com/Mail.ReadWrite"), Protocol.GRAPH, false))
                .isTrue();
    }

    @Test
    void s16PostActionsAndSharedMailboxesAskForTheirOwnPermissionAndNoOther() {
        Scopes writing = new Scopes(OAuthSettings.ResourceAddresses.GLOBAL, true);
        String graph = "openid profile offline_access https://graph.microsoft.com/User.Read";
        assertThat(scopes.toAuthorize(Scopes.Wanted.own(ConnectProtocol.GRAPH)))
                .isEqualTo(graph + " https://graph.microsoft.com/Mail.Read");
        assertThat(writing.toAuthorize(Scopes.Wanted.own(ConnectProtocol.GRAPH)))
                .isEqualTo(graph + " https://graph.microsoft.com/Mail.ReadWrite");
        assertThat(scopes.toAuthorize(new Scopes.Wanted(ConnectProtocol.GRAPH, true, false)))
                .isEqualTo(graph + " https://graph.microsoft.com/Mail.Read.Shared");
        assertThat(writing.toAuthorize(new Scopes.Wanted(ConnectProtocol.GRAPH, true, true)))
                .isEqualTo(
                        graph
                                + " https://graph.microsoft.com/User.ReadBasic.All https://graph.microsoft.com/Mail.ReadWrite.Shared");
        assertThat(writing.allowReading(Set.of("Mail.Read"), Protocol.GRAPH, false))
                .isFalse();
        assertThat(scopes.allowReading(Set.of("Mail.Read"), Protocol.GRAPH, true))
                .isFalse();
    }

    @Test
    void aRefreshNamesWhatWasGrantedBecauseMoreWouldBeRefused() {
        assertThat(scopes.toRefresh(
                        Resource.GRAPH, Set.of("https://graph.microsoft.com/Mail.Read.Shared", "User.Read")))
                .isEqualTo(
                        "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read.Shared offline_access");
        assertThat(scopes.toRefresh(Resource.GRAPH, Set.of()))
                .isEqualTo(
                        "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read offline_access");
    }

    @Test
    void aGrantThatSaysNothingIsNotCalledTooSmall() {
        Scopes.Wanted wanted = Scopes.Wanted.own(ConnectProtocol.GRAPH);
        assertThat(scopes.lacks(Set.of(), wanted)).isFalse();
        assertThat(scopes.lacks(Set.of("User.Read"), wanted)).isTrue();
        assertThat(scopes.lacks(Set.of("User.Read", "Mail.Read"), wanted)).isFalse();
        assertThat(scopes.lacks(Set.of("EWS.AccessAsUser.All"), Scopes.Wanted.own(ConnectProtocol.AUTO)))
                .isFalse();
        assertThat(scopes.lacks(Set.of("Mail.Read.Shared"), new Scopes.Wanted(ConnectProtocol.GRAPH, true, true)))
                .isTrue();
    }
}
