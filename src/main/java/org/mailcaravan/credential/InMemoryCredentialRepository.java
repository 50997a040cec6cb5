package org.mailcaravan.credential;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/** Keeps credentials as long as the process lives; knows no transactions. */
public final class InMemoryCredentialRepository implements CredentialRepository {
    private final Map<CredentialId, MailboxCredential> rows = new HashMap<>();

    @Override
    public synchronized Optional<MailboxCredential> find(CredentialId id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public synchronized Optional<MailboxCredential> find(String registration, TenantId tenant, String objectId) {
        return rows.values().stream()
                .filter(row -> row.registration().equals(registration)
                        && row.tenant().equals(tenant)
                        && row.objectId().equals(objectId))
                .findFirst();
    }

    @Override
    public synchronized MailboxCredential save(MailboxCredential credential) {
        if (credential.version() == 0 ? taken(credential) : replaced(credential)) {
            throw new StaleCredentialException(credential.id(), credential.version());
        }
        MailboxCredential stored = credential.withVersion(credential.version() + 1);
        rows.put(stored.id(), stored);
        return stored;
    }

    @Override
    public synchronized void remove(CredentialId id) {
        rows.remove(id);
    }

    private boolean taken(MailboxCredential credential) {
        return rows.containsKey(credential.id())
                || find(credential.registration(), credential.tenant(), credential.objectId())
                        .isPresent();
    }

    private boolean replaced(MailboxCredential credential) {
        MailboxCredential stored = rows.get(credential.id());
        return stored == null || stored.version() != credential.version();
    }
}
