package org.mailcaravan.ews;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.SettableClock;

/** A scripted server, a source that reads from it, and a mailbox. */
final class EwsFixture implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    static final MailFolder INBOX = new MailFolder("folder-1", "inbox");
    private static final Pattern ITEM_ID = Pattern.compile("ItemId Id=\"([^\"]+)\"");

    final ScriptedHttpServer server = new ScriptedHttpServer();
    final HttpGateway http = new HttpGateway(Duration.ofSeconds(5));
    final Tokens tokens = new Tokens();
    final SettableClock clock = new SettableClock(NOW);
    final RecordingReceiver receiver = new RecordingReceiver();
    final Mailbox mailbox = mailbox("inbox");
    final EwsMailSource source = source(Duration.ofSeconds(10));

    /** Hands out numbered tokens, a new one after each invalidation. */
    static final class Tokens implements AccessTokens {
        final List<Optional<String>> claims = new ArrayList<>();
        final List<AccessToken> refused = new ArrayList<>();

        @Override
        public AccessToken acquire(CredentialId credential, Resource resource) {
            if (resource != Resource.EXCHANGE) {
                throw new IllegalArgumentException("EWS takes tokens for Exchange");
            }
            return token("token-" + refused.size());
        }

        @Override
        public void invalidate(CredentialId credential, Resource resource, AccessToken token, Optional<String> claims) {
            this.claims.add(claims);
            refused.add(token);
        }
    }

    static AccessToken token(String value) {
        return new AccessToken(value, NOW.plusSeconds(3600));
    }

    EwsMailSource source(Duration answerTimeout) {
        return new EwsMailSource(URI.create(server.url() + "/EWS/Exchange.asmx"), tokens, http, answerTimeout, clock);
    }

    static Mailbox mailbox(String... folders) {
        return new Mailbox(
                MailboxId.random(),
                new TenantId("3b9c1c4e-58c1-4a9e-9f0e-0a4f5b1f2c3d"),
                UUID.randomUUID().toString(),
                new MailboxAddress("kim@example.org"),
                CredentialId.random(),
                Protocol.EWS,
                Access.OWNER,
                List.of(folders),
                Optional.empty());
    }

    static WantedMessage wanted(String... itemIds) {
        return wanted(OptionalLong.of(1000), itemIds);
    }

    static WantedMessage wanted(OptionalLong size, String... itemIds) {
        List<MessageAlias> aliases = new ArrayList<>();
        for (String id : itemIds) {
            aliases.add(new MessageAlias(MessageAlias.Kind.EWS_ITEM, id));
        }
        return new WantedMessage(MessageKey.random(), aliases, size, Optional.empty());
    }

    static List<WantedMessage> wantedEach(String... itemIds) {
        List<WantedMessage> all = new ArrayList<>();
        for (String id : itemIds) {
            all.add(wanted(id));
        }
        return all;
    }

    static List<WantedMessage> numbered(int from, int count) {
        List<WantedMessage> all = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            all.add(wanted("item-" + i));
        }
        return all;
    }

    void fetch(List<WantedMessage> wanted) {
        source.fetchContent(mailbox, wanted, receiver);
    }

    RecordingReceiver.Stored stored(WantedMessage wanted) {
        return receiver.stored.get(wanted.key());
    }

    /** The ids that the n-th request asked for. */
    List<String> askedIds(int request) {
        return ids(server.asked().get(request).body());
    }

    static List<String> ids(String body) {
        List<String> ids = new ArrayList<>();
        Matcher matcher = ITEM_ID.matcher(body);
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        return ids;
    }

    /** Answers every GetItem with the items it asks for. */
    ScriptedHttpServer.Answer everyItem() {
        return exchange -> EwsAnswers.xml(
                        EwsAnswers.items(askedIds(server.asked().size() - 1).stream()
                                .map(EwsAnswers::item)
                                .toArray(String[]::new)))
                .to(exchange);
    }

    @Override
    public void close() {
        http.close();
        server.close();
    }
}
