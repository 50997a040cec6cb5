package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailcaravan.credential.InMemoryCredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;

class GrantedPermissionsTest {
    private static final TenantId TENANT = new TenantId("0895ed96-34b4-3073-ab65-828ff52a3b5a");
    private static final String SEED = "https://outlook.office365.com/EWS.AccessAsUser.All";

    private final InMemoryCredentialRepository credentials = new InMemoryCredentialRepository();
    private final GrantedPermissions permissions =
            new GrantedPermissions(new Scopes(OAuthSettings.ResourceAddresses.GLOBAL), credentials);

    @Test
    void theSeedsGrantIsEnoughForEwsAndLacksMailReadForGraph() {
        assertThat(missing(Protocol.EWS, Access.OWNER, Set.of(SEED, "User.Read")))
                .isEmpty();
        assertThat(missing(Protocol.GRAPH, Access.OWNER, Set.of(SEED, "User.Read")))
                .contains("Mail.Read");
    }

    @Test
    void aSharedMailboxNeedsTheSharedPermission() {
        assertThat(missing(Protocol.GRAPH, Access.DELEGATE, Set.of("Mail.Read")))
                .contains("Mail.Read.Shared");
        assertThat(missing(Protocol.GRAPH, Access.DELEGATE, Set.of("mail.readwrite.shared")))
                .isEmpty();
    }

    @Test
    void nothingIsSaidOfWhatScopesCannotTell() {
        assertThat(missing(Protocol.GRAPH, Access.APPLICATION, Set.of("User.Read")))
                .isEmpty();
        assertThat(missing(Protocol.GRAPH, Access.OWNER, Set.of())).isEmpty();
    }

    private Optional<String> missing(Protocol protocol, Access access, Set<String> granted) {
        CredentialId id = CredentialId.random();
        credentials.save(new MailboxCredential(
                id,
                "default",
                TENANT,
                id.toString(),
                Optional.of(Secret.of("refresh")),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                granted,
                0));
        return permissions.missing(new Mailbox(
                MailboxId.random(),
                TENANT,
                id.toString(),
                new MailboxAddress("support@caravan.example"),
                id,
                protocol,
                access,
                List.of("inbox"),
                Optional.of(Instant.EPOCH)));
    }
}
