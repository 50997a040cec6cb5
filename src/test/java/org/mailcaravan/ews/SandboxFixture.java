package org.mailcaravan.ews;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.ews.EwsPart;
import org.mailcaravan.sandbox.ews.EwsSettings;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** A tenant with one empty mailbox, connected to the component. */
final class SandboxFixture implements AutoCloseable {
    final SettableClock clock = new SettableClock(EwsFixture.NOW);
    final HttpGateway http = new HttpGateway(Duration.ofSeconds(5));
    final Mailbox ours = EwsFixture.mailbox("inbox");
    final SandboxMailboxes mailboxes = new SandboxMailboxes(clock);
    final SandboxMailbox theirs;
    final SandboxTenant tenant;
    final ProducerFixture producer;
    /** Whom tokens are for. */
    String audience = Permission.EXCHANGE;

    SandboxFixture() {
        theirs = mailboxes.add(UUID.randomUUID(), ours.address().value(), "Kim");
        try {
            tenant = SandboxTenant.start(
                    SandboxOptions.builder().clock(clock).build(), new EwsPart(mailboxes, EwsSettings.defaults()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        producer = new ProducerFixture(url().toString(), new Tokens(), http, clock, ours);
    }

    URI url() {
        return tenant.server().httpUrl().resolve("/EWS/Exchange.asmx");
    }

    /** Asks for an operation on the one mailbox. */
    Exchange ask(String uri, Object body, Map<String, Object> headers) {
        String[] parts = uri.split("\\?", 2);
        return producer.ask(parts[0] + "/" + ours.id() + (parts.length > 1 ? "?" + parts[1] : ""), body, headers);
    }

    SandboxMessage deliver(String subject) {
        clock.advance(Duration.ofSeconds(1));
        return theirs.deliver(
                theirs.wellKnownFolder("inbox"),
                new ComposedMail(
                        new MailAddress("Ada", "ada@elsewhere.example"),
                        new MailAddress("Kim", theirs.userPrincipalName()),
                        subject,
                        "Hello",
                        Optional.empty(),
                        clock.instant(),
                        Optional.of("<" + UUID.randomUUID() + "@elsewhere.example>")));
    }

    /** The message as it is now. */
    SandboxMessage now(SandboxMessage message) {
        return theirs.findMessage(message.number()).orElseThrow();
    }

    AccessToken token() {
        SandboxUser user = new SandboxUser(
                theirs.ownerId().toString(), theirs.userPrincipalName(), theirs.displayName(), Optional.empty(), true);
        String token = tenant.authority()
                .accessToken(
                        user,
                        tenant.directory().demoRegistration(),
                        audience,
                        Set.of(new Permission(audience, "EWS.AccessAsUser.All", Permission.Kind.DELEGATED, "")));
        return new AccessToken(token, clock.instant().plus(Duration.ofHours(1)));
    }

    @Override
    public void close() {
        producer.close();
        http.close();
        tenant.close();
    }

    private final class Tokens implements AccessTokens {
        @Override
        public AccessToken acquire(CredentialId credential, Resource resource) {
            return token();
        }

        @Override
        public void invalidate(
                CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims) {
            if (audience.equals(Permission.EXCHANGE) != mailboxes.isOnPremises(theirs)) {
                throw new AssertionError("the sandbox refused a good token");
            }
        }
    }
}
