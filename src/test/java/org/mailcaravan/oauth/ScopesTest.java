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
        assertThat(scopes.allowReading(Set.of("profile", scope), Protocol.EWS)).isTrue();
    }

    @Test
    void theNameCountsAsAWholeOnly() {
        assertThat(scopes.allowReading(Set.of("EWS.AccessAsUser.All2", "Mail.Read"), Protocol.EWS))
                .isFalse();
        assertThat(scopes.allowReading(Set.of("Mail.ReadBasic", "User.Read"), Protocol.GRAPH))
                .isFalse();
        assertThat(scopes.allowReading(Set.of("https://graph.microsoft.com/Mail.ReadWrite"), Protocol.GRAPH))
                .isTrue();
    }
}
