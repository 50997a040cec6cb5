package org.mailcaravan.sandbox.ews;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.entra.VerifiedToken;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/**
 * Whose mailbox a request is about, and whether its caller may act for it: a signed-in user for the own one, an application by impersonation for every mailbox
 * with the role {@code full_access_as_app}, or for those in its management scope (RBAC for Applications). Thread-safe.
 */
final class MailboxAccess {
    private static final Set<String> NAMES = Set.of("t:PrincipalName", "t:PrimarySmtpAddress", "t:SmtpAddress");

    private final SiteMailboxes mailboxes;
    private final SandboxDirectory directory;

    MailboxAccess(SiteMailboxes mailboxes, SandboxDirectory directory) {
        this.mailboxes = mailboxes;
        this.directory = directory;
    }

    /** The object id for which a request counts, allowed or not: the impersonated mailbox, or the one that the first reference of a user's request leads to. */
    String target(VerifiedToken token, Optional<Envelope> envelope) {
        Optional<SandboxMailbox> named = token.appOnly()
                ? envelope.flatMap(Envelope::impersonation)
                        .flatMap(MailboxAccess::connectingName)
                        .flatMap(mailboxes::findByAddress)
                : envelope.flatMap(request -> mentioned(request.operation()));
        return named.map(mailbox -> mailbox.ownerId().toString())
                .orElse(token.appOnly() ? RequestLog.NO_MAILBOX : token.objectId());
    }

    private Optional<SandboxMailbox> mentioned(XmlElement operation) {
        return elements(operation)
                .map(element -> element.name().equals("t:EmailAddress")
                        ? mailboxes.findByAddress(element.text().strip())
                        : mailboxes.findByItem(itemOf(element)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String itemOf(XmlElement reference) {
        return reference.name().equals("t:AttachmentId")
                ? AttachmentIds.itemIn(reference.id()).orElse("")
                : reference.id();
    }

    private static Stream<XmlElement> elements(XmlElement root) {
        return Stream.concat(Stream.of(root), root.children().stream().flatMap(MailboxAccess::elements));
    }

    /**
     * The mailboxes the caller reaches with this request.
     *
     * @throws EwsFault if it has none, or may not act for the one it names
     */
    OpenMailboxes open(VerifiedToken token, Envelope envelope) throws EwsFault {
        Optional<XmlElement> impersonation = envelope.impersonation();
        if (!token.appOnly() && impersonation.isPresent()) {
            throw impersonationDenied();
        }
        SandboxMailbox own = token.appOnly()
                ? impersonated(token, impersonation)
                : mailboxes
                        .find(token.objectId())
                        .orElseThrow(() -> new EwsFault("ErrorNonExistentMailbox", "No mailbox with such guid."));
        return new OpenMailboxes(own, mailboxes, directory);
    }

    private SandboxMailbox impersonated(VerifiedToken token, Optional<XmlElement> impersonation) throws EwsFault {
        if (impersonation.isEmpty()) {
            // unverified: that impersonation is mandatory is documented, the answer to its absence is not
            throw new EwsFault(
                    "ErrorImpersonationRequired", "An application without a user must impersonate a mailbox.");
        }
        String address = connectingName(impersonation.get())
                .orElseThrow(() -> new EwsFault(
                        "ErrorInvalidExchangeImpersonationHeaderData",
                        "ConnectingSID must have one PrincipalName, PrimarySmtpAddress or SmtpAddress;"
                                + " the sandbox knows no SID."));
        SandboxMailbox mailbox =
                mailboxes.findByAddress(address).orElseThrow(() -> new EwsFault(OpenMailboxes.UNKNOWN_ADDRESS));
        if (!mayImpersonate(token, mailbox)) {
            throw impersonationDenied();
        }
        return mailbox;
    }

    private boolean mayImpersonate(VerifiedToken token, SandboxMailbox mailbox) {
        return token.hasAnyRole(Permission.FULL_ACCESS_AS_APP.name())
                || directory
                        .rbacGranted(token.appId(), mailbox.ownerId().toString())
                        .contains(Permission.FULL_ACCESS_AS_APP);
    }

    private static Optional<String> connectingName(XmlElement impersonation) {
        return impersonation
                .find("t:ConnectingSID")
                .filter(sid -> sid.children().size() == 1)
                .map(sid -> sid.children().get(0))
                .filter(name -> NAMES.contains(name.name()))
                .map(name -> name.text().strip());
    }

    private static EwsFault impersonationDenied() {
        return new EwsFault(
                "ErrorImpersonateUserDenied",
                "The account does not have permission to impersonate the requested user.");
    }
}
