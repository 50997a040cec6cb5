package org.mailcaravan.sandbox.control;

import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.graph.DeltaCursors;
import org.mailcaravan.sandbox.graph.GraphHandler;
import org.mailcaravan.sandbox.graph.GraphSettings;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SeedMail;
import org.mailcaravan.sandbox.mail.SeedOptions;

/**
 * The mail side of the tenant: Graph under {@code /v1.0}, the control operations {@code mailboxes…} and the page under
 * {@code /sandbox}. Thread-safe.
 */
public final class MailPart implements SandboxTenant.Part {
    private static final int SEEDED_MAILBOXES = 2;

    private final SandboxMailboxes mailboxes;
    private final GraphSettings settings;
    private final DeltaCursors cursors;
    private final SecureRandom random;

    /** @param random makes the signing key of delta links and the page's form token */
    public MailPart(SandboxMailboxes mailboxes, GraphSettings settings, SecureRandom random) {
        this.mailboxes = mailboxes;
        this.settings = settings;
        this.cursors = new DeltaCursors(random);
        this.random = random;
    }

    /**
     * Gives every user a mailbox and seeds the first two with {@code options.messages()} between them, the first getting the odd
     * one; each seeded one has its 25 MB message. The others start empty.
     */
    public static SandboxMailboxes seeded(SandboxOptions options) {
        SandboxMailboxes mailboxes = empty(SandboxDirectory.from(options), options);
        List<SandboxMailbox> seeded =
                mailboxes.all().stream().limit(SEEDED_MAILBOXES).toList();
        for (int at = 0; at < seeded.size(); at++) {
            int messages = (options.messages() + seeded.size() - 1 - at) / seeded.size();
            SeedMail.fill(
                    seeded.get(at),
                    SeedOptions.of(options.seed(), messages, options.clock().instant()));
        }
        return mailboxes;
    }

    /** Gives every user of a directory an empty mailbox. */
    public static SandboxMailboxes empty(SandboxDirectory directory, SandboxOptions options) {
        SandboxMailboxes mailboxes = new SandboxMailboxes(options.clock());
        for (SandboxUser user : directory.users()) {
            mailboxes.add(UUID.fromString(user.objectId()), user.userPrincipalName(), user.displayName());
        }
        return mailboxes;
    }

    /** The delta links of this tenant's Graph, to make them expire. */
    public DeltaCursors cursors() {
        return cursors;
    }

    public SandboxMailboxes mailboxes() {
        return mailboxes;
    }

    @Override
    public void mountOn(SandboxTenant tenant) {
        GraphHandler.Tenant graph = new GraphHandler.Tenant(
                tenant.directory(), mailboxes, tenant.tokens(), cursors, tenant.log(), tenant.faults());
        new GraphHandler(graph, settings, tenant.options().clock()).mountOn(tenant);
        Letters letters = new Letters(tenant.options().clock());
        new MailboxOperations(mailboxes, cursors, letters).addTo(tenant.control());
        tenant.server().mount(SandboxPage.PREFIX, new SandboxPage(mailboxes, tenant.log(), letters, random));
    }
}
