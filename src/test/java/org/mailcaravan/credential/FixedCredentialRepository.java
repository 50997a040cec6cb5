package org.mailcaravan.credential;

import java.util.Optional;
import java.util.function.Supplier;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/** Finds whatever a test says is stored. */
final class FixedCredentialRepository implements CredentialRepository {
    private final Supplier<MailboxCredential> row;

    FixedCredentialRepository(Supplier<MailboxCredential> row) {
        this.row = row;
    }

    @Override
    public Optional<MailboxCredential> find(CredentialId id) {
        return Optional.of(row.get());
    }

    @Override
    public Optional<MailboxCredential> find(String registration, TenantId tenant, String objectId) {
        return Optional.of(row.get());
    }

    @Override
    public MailboxCredential save(MailboxCredential credential) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(CredentialId id) {
        throw new UnsupportedOperationException();
    }
}
