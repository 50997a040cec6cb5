package org.mailcaravan.app;

import java.util.List;
import java.util.Optional;
import org.mailcaravan.credential.CredentialUnreadableException;
import org.mailcaravan.cutover.Grants;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.oauth.GrantedPermissions;
import org.mailcaravan.oauth.WiderGrants;

/** What the room {@code cutover} is told about grants. A credential that cannot be read tells nothing; the key ring's own line tells it. */
record MailboxGrants(GrantedPermissions permissions, WiderGrants grants, List<RegistrationSettings> registrations)
        implements Grants {
    @Override
    public String registration(Mailbox mailbox) {
        try {
            return grants.registration(mailbox);
        } catch (CredentialUnreadableException e) {
            return registrations.get(0).name();
        }
    }

    @Override
    public String appId(String registration) {
        return registrations.stream()
                .filter(one -> one.name().equals(registration))
                .map(RegistrationSettings::clientId)
                .findFirst()
                .orElse("(no app registration " + registration + " in the settings)");
    }

    @Override
    public Optional<String> missing(Mailbox mailbox) {
        try {
            return permissions.missing(mailbox, Protocol.GRAPH);
        } catch (CredentialUnreadableException e) {
            return Optional.empty();
        }
    }

    @Override
    public AccessToken acquire(Mailbox mailbox, Protocol protocol) {
        return grants.acquire(mailbox, protocol);
    }

    @Override
    public void forget(Mailbox mailbox, Protocol protocol, AccessToken token) {
        grants.forget(mailbox, protocol, token);
    }
}
