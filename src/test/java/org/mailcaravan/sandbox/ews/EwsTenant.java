package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** A tenant with EWS on free ports; every test takes its own user and mailbox from it. */
final class EwsTenant implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    final SettableClock clock = new SettableClock(NOW);
    final SandboxMailboxes mailboxes = new SandboxMailboxes(clock);
    final SandboxTenant tenant;
    private final AtomicInteger users = new AtomicInteger();

    private EwsTenant(SandboxOptions.Builder options, EwsSettings settings) throws IOException {
        tenant = SandboxTenant.start(options.clock(clock).build(), new EwsPart(mailboxes, settings));
    }

    static EwsTenant start(EwsSettings settings) throws IOException {
        return new EwsTenant(SandboxOptions.builder(), settings);
    }

    static EwsTenant startTls(Path caFile) throws IOException {
        return new EwsTenant(SandboxOptions.builder().httpsPort(0).caFile(caFile), EwsSettings.defaults());
    }

    SandboxMailbox newMailbox() {
        String name = "user" + users.incrementAndGet();
        return mailboxes.add(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), name + "@caravan.example", name);
    }

    EwsClient client(SandboxMailbox mailbox) {
        return new EwsClient(tenant.server().httpUrl(), token(mailbox));
    }

    String token(SandboxMailbox mailbox) {
        return token(mailbox, Permission.EXCHANGE, Set.of(Permission.EWS_ACCESS));
    }

    String token(SandboxMailbox mailbox, String resource, Set<Permission> permissions) {
        SandboxUser user = new SandboxUser(
                mailbox.ownerId().toString(),
                mailbox.userPrincipalName(),
                mailbox.displayName(),
                Optional.empty(),
                true);
        return tenant.authority().accessToken(user, tenant.directory().demoRegistration(), resource, permissions);
    }

    /** Delivers a small mail; each is received a second after the one before. */
    SandboxMessage deliver(SandboxMailbox mailbox, SandboxFolder folder, String subject) {
        clock.advance(Duration.ofSeconds(1));
        return mailbox.deliver(folder, mail(subject, Optional.empty()));
    }

    SandboxMessage deliver(SandboxMailbox mailbox, String subject) {
        return deliver(mailbox, mailbox.wellKnownFolder("inbox"), subject);
    }

    ComposedMail mail(String subject, Optional<ComposedMail.AttachedFile> file) {
        return new ComposedMail(
                new MailAddress("Ada Writer", "ada@elsewhere.example"),
                new MailAddress("", "support@caravan.example"),
                subject,
                "Hello <there> & goodbye",
                file,
                clock.instant(),
                Optional.of("<" + UUID.randomUUID() + "@elsewhere.example>"));
    }

    @Override
    public void close() {
        tenant.close();
    }
}
