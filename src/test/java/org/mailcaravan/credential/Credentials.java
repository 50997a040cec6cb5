package org.mailcaravan.credential;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/** Credentials to test with; every secret of theirs holds {@link #CANARY}. */
final class Credentials {
    static final String CANARY = "canary-5f1c7a";
    static final StoredToken GRAPH_TOKEN =
            new StoredToken(Secret.of(CANARY + "-graph"), Instant.parse("2026-11-24T10:15:30.123Z"));
    static final StoredToken EXCHANGE_TOKEN =
            new StoredToken(Secret.of(CANARY + "-exchange"), Instant.parse("2026-11-24T11:00:00Z"));

    private Credentials() {}

    static MailboxCredential aCredential() {
        return new MailboxCredential(
                CredentialId.random(),
                "default",
                new TenantId("0f1e2d3c-1111-4222-8333-444455556666"),
                UUID.randomUUID().toString(),
                Optional.of(Secret.of(CANARY + "-refresh")),
                Instant.parse("2026-11-24T09:00:00Z"),
                Optional.of(GRAPH_TOKEN),
                Optional.of(EXCHANGE_TOKEN),
                Set.of("https://graph.microsoft.com/Mail.Read", "offline_access"),
                0);
    }

    /** A new credential of the account that has this one. */
    static MailboxCredential sameAccount(MailboxCredential other) {
        return new MailboxCredential(
                CredentialId.random(),
                other.registration(),
                other.tenant(),
                other.objectId(),
                other.refreshToken(),
                other.refreshedAt(),
                other.graphToken(),
                other.exchangeToken(),
                other.grantedScopes(),
                0);
    }
}
