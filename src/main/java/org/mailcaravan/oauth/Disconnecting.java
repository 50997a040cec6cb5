package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a mailbox out: no more reading, secrets erased, mail kept or purged. Nothing is revoked at Microsoft: that would end the person's other sign-ins too. */
final class Disconnecting {
    private static final Logger AUDIT = LoggerFactory.getLogger("org.mailcaravan.audit");

    private final Registrations registrations;
    private final Transactions transactions;
    private final CredentialRepository credentials;
    private final MailboxDirectory mailboxes;

    Disconnecting(
            Registrations registrations,
            Transactions transactions,
            CredentialRepository credentials,
            MailboxDirectory mailboxes) {
        this.registrations = registrations;
        this.transactions = transactions;
        this.credentials = credentials;
        this.mailboxes = mailboxes;
    }

    /** Empty if there is no such mailbox. */
    Optional<Disconnected> disconnect(MailboxId id, MailboxDirectory.Mail mail) {
        Optional<Disconnected> done =
                transactions.call(connection -> mailboxes.find(id).map(mailbox -> {
                    mailboxes.remove(id, mail);
                    return erase(mailbox);
                }));
        done.ifPresent(end -> AUDIT.info(
                "mailbox {} disconnected, mail {}, credential {}",
                id,
                mail == MailboxDirectory.Mail.PURGE ? "purged" : "kept",
                end.credentialErased() ? "erased" : "kept for other mailboxes"));
        return done;
    }

    private Disconnected erase(Mailbox mailbox) {
        Optional<MailboxCredential> credential = credentials.find(mailbox.credential());
        boolean last = !mailboxes.uses(mailbox.credential());
        if (last) {
            credentials.remove(mailbox.credential());
        }
        return new Disconnected(last, stillToRevoke(mailbox, credential));
    }

    private String stillToRevoke(Mailbox mailbox, Optional<MailboxCredential> credential) {
        String application = credential
                .flatMap(known -> registrations.named(known.registration()))
                .map(known -> "the application " + known.app().clientId())
                .orElse("this application");
        String where = "Microsoft Entra admin center, Enterprise applications, " + application + ", Permissions";
        return switch (mailbox.access()) {
            case OWNER ->
                "The person's consent stays at Microsoft until it is taken back: " + where
                        + ", User consent; the person can do it at myapps.microsoft.com. An administrator's consent for everybody serves the other mailboxes too: "
                        + "take it back only with the last one.";
            case DELEGATE ->
                "The access to the shared mailbox stays in Exchange: Exchange admin center, Mailboxes, Delegation, if nobody else needs it. The person's consent: "
                        + where + ", User consent.";
            case APPLICATION ->
                "The application may still read this mailbox until an administrator ends it: remove it from the scope of the RBAC role (Exchange Online PowerShell: "
                        + "Remove-ManagementRoleAssignment, or Set-ManagementScope), or take back the role: " + where
                        + ", Admin consent, which ends all its mailboxes.";
        };
    }
}
