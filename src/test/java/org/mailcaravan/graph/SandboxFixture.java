package org.mailcaravan.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.control.MailPart;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** A tenant with one empty mailbox, connected to the component. */
final class SandboxFixture implements AutoCloseable {
    private static final Permission SEND = new Permission(
            Permission.GRAPH, "Mail.Send", Permission.Kind.DELEGATED, "e383f46e-2787-4529-855e-0e479a3ffac0");

    final SettableClock clock = new SettableClock(GraphFixture.NOW);
    final HttpGateway http = new HttpGateway(Duration.ofSeconds(5));
    final SandboxTenant tenant;
    final SandboxUser owner;
    final SandboxMailbox theirs;
    final Mailbox ours;
    final ProducerFixture producer;

    SandboxFixture() {
        SandboxOptions options =
                SandboxOptions.builder().messages(0).clock(clock).build();
        MailPart part = new MailPart(
                MailPart.seeded(options), org.mailcaravan.sandbox.graph.GraphSettings.defaults(), new SecureRandom());
        try {
            tenant = SandboxTenant.start(options, part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        owner = tenant.directory().users().get(0);
        theirs = part.mailboxes().find(owner.objectId()).orElseThrow();
        ours = new Mailbox(
                MailboxId.random(),
                new TenantId("11111111-2222-3333-4444-555555555555"),
                owner.objectId(),
                new MailboxAddress(theirs.userPrincipalName()),
                CredentialId.random(),
                Protocol.GRAPH,
                Access.OWNER,
                List.of("inbox"),
                Optional.empty());
        producer = new ProducerFixture(clock, tenant.server().httpUrl() + "/v1.0", new Tokens(), http, ours);
    }

    /** Asks for an operation on the one mailbox. */
    Exchange ask(String uri, Object body, Map<String, Object> headers) {
        String[] parts = uri.split("\\?", 2);
        return producer.ask(parts[0] + "/" + ours.id() + (parts.length > 1 ? "?" + parts[1] : ""), body, headers);
    }

    SandboxMessage deliver(String subject, Optional<ComposedMail.AttachedFile> attachment) {
        clock.advance(Duration.ofMillis(500));
        return theirs.deliver(
                theirs.wellKnownFolder("inbox"),
                new ComposedMail(
                        new MailAddress("Ada", "ada@elsewhere.example"),
                        new MailAddress(theirs.displayName(), theirs.userPrincipalName()),
                        subject,
                        "Hello",
                        attachment,
                        clock.instant(),
                        Optional.of("<" + UUID.randomUUID() + "@elsewhere.example>")));
    }

    /** The message as it is now. */
    SandboxMessage now(SandboxMessage message) {
        return theirs.findMessage(message.number()).orElseThrow();
    }

    /** Asks the sandbox itself, which answers JSON. */
    String control(String operation, String input) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(tenant.server().httpUrl() + "/sandbox/control/" + operation))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(input))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError("the sandbox answered " + answer.statusCode() + " to " + operation);
        }
        return answer.body();
    }

    String id(SandboxMessage message) {
        return message.immutableId();
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
            Set<Permission> permissions = Set.of(Permission.USER_READ, Permission.MAIL_READ_WRITE, SEND);
            String token = tenant.authority()
                    .accessToken(owner, tenant.directory().demoRegistration(), Permission.GRAPH, permissions);
            return new AccessToken(token, clock.instant().plus(Duration.ofHours(1)));
        }

        @Override
        public void invalidate(
                CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims) {
            throw new AssertionError("the sandbox refused a good token");
        }
    }
}
