package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Subscribe, GetStreamingEvents and Unsubscribe: the server's half of row F50. */
@Timeout(60)
class EwsStreamingTest {
    private static final String ALL_TYPES = Stream.of("Copied", "Created", "Deleted", "Modified", "Moved", "NewMail")
                    .map(name -> "<t:EventType>" + name + "Event</t:EventType>")
                    .reduce("<t:EventTypes>", String::concat)
            + "</t:EventTypes>";

    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterEach
    void rulesAsUsual() throws Exception {
        control("ews/streaming", "{}");
        control("ews/limits", "{}");
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static void control(String operation, String json) throws Exception {
        assertThat(ControlCall.post(sandbox.tenant, operation, json)).isEqualTo(200);
    }

    private static EwsClient.Reply subscribe(EwsClient client, String folders, String types) {
        String inner = folders.isEmpty() ? "" : "<t:FolderIds>" + folders + "</t:FolderIds>";
        String all = folders.isEmpty() ? " SubscribeToAllFolders=\"true\"" : "";
        return client.call("<m:Subscribe><m:StreamingSubscriptionRequest" + all + ">" + inner + types
                + "</m:StreamingSubscriptionRequest></m:Subscribe>");
    }

    private static String subscribed(EwsClient client, String folders) {
        return subscribe(client, folders, ALL_TYPES).one(MESSAGES, "SubscriptionId");
    }

    private static String request(int minutes, String... ids) {
        StringBuilder inner = new StringBuilder();
        for (String id : ids) {
            inner.append("<t:SubscriptionId>").append(id).append("</t:SubscriptionId>");
        }
        return "<m:GetStreamingEvents><m:SubscriptionIds>" + inner + "</m:SubscriptionIds><m:ConnectionTimeout>"
                + minutes + "</m:ConnectionTimeout></m:GetStreamingEvents>";
    }

    private static EventStream stream(EwsClient client, String... ids) throws Exception {
        return new EventStream(client.stream(request(30, ids)));
    }

    /** Events until one of this name; the names of all, and the last one itself behind them. */
    private static Element until(EventStream stream, String name, List<String> seen) throws IOException {
        while (true) {
            for (Element event : stream.events()) {
                seen.add(event.getLocalName());
                if (event.getLocalName().equals(name)) {
                    return event;
                }
            }
        }
    }

    @Test
    void everyKindOfChangeIsTold() throws Exception {
        SandboxFolder inbox = mailbox.wellKnownFolder("inbox");
        try (EventStream stream = stream(client, subscribed(client, ""))) {
            Document first = stream.next();
            SandboxMessage message = sandbox.deliver(mailbox, "new");
            Element arrived = until(stream, "NewMailEvent", new ArrayList<>());
            SandboxMessage moved = mailbox.move(message.number(), mailbox.wellKnownFolder("archive"))
                    .orElseThrow();
            Element move = until(stream, "MovedEvent", new ArrayList<>());
            mailbox.copy(message.number(), inbox);
            Element copy = until(stream, "CopiedEvent", new ArrayList<>());
            mailbox.setRead(message.number(), true);
            Element change = until(stream, "ModifiedEvent", new ArrayList<>());
            mailbox.purge(message.number());
            Element deletion = until(stream, "DeletedEvent", new ArrayList<>());

            assertThat(EventStream.text(first, "ConnectionStatus")).isEqualTo("OK");
            assertThat(EventStream.id(arrived, "ItemId")).isEqualTo(message.itemId());
            assertThat(EventStream.id(arrived, "ParentFolderId")).isEqualTo(inbox.ewsId());
            assertThat(EventStream.id(move, "ItemId")).isEqualTo(moved.itemId());
            assertThat(EventStream.id(move, "OldItemId")).isEqualTo(message.itemId());
            assertThat(EventStream.id(move, "OldParentFolderId")).isEqualTo(inbox.ewsId());
            assertThat(EventStream.id(copy, "OldItemId")).isEqualTo(moved.itemId());
            assertThat(change.getLocalName()).isEqualTo("ModifiedEvent");
            assertThat(EventStream.id(deletion, "ItemId")).isEqualTo(moved.itemId());
        }
    }

    @Test
    void onlyTheSubscribedFolderIsTold() throws Exception {
        try (EventStream stream = stream(client, subscribed(client, distinguished("junkemail")))) {
            sandbox.deliver(mailbox, "elsewhere");
            SandboxMessage here = sandbox.deliver(mailbox, mailbox.wellKnownFolder("junkemail"), "here");

            Element first = stream.events().get(0);

            assertThat(first.getLocalName()).isEqualTo("CreatedEvent");
            assertThat(EventStream.id(first, "ItemId")).isEqualTo(here.itemId());
        }
    }

    @Test
    void whatHappensBetweenTwoConnectionsWaits() throws Exception {
        String id = subscribed(client, "");
        SandboxMessage message = sandbox.deliver(mailbox, "meanwhile");

        try (EventStream stream = stream(client, id)) {
            assertThat(EventStream.id(stream.events().get(0), "ItemId")).isEqualTo(message.itemId());
        }
    }

    @Test
    void silenceIsFilledWithStatusEvents() throws Exception {
        control("ews/streaming", "{\"heartbeatMs\": 20}");
        try (EventStream stream = stream(client, subscribed(client, ""))) {
            assertThat(stream.events()).extracting(Element::getLocalName).containsExactly("StatusEvent");
        }
    }

    @Test
    void connectionIsClosedWhenItsTimeIsOverAndMayBeOpenedAgain() throws Exception {
        control("ews/streaming", "{\"minuteMs\": 1}");
        String id = subscribed(client, "");
        for (int time = 0; time < 2; time++) {
            try (EventStream stream = new EventStream(client.stream(request(1, id)))) {
                assertThat(EventStream.text(stream.next(), "ConnectionStatus")).isEqualTo("OK");
                assertThat(EventStream.text(stream.next(), "ConnectionStatus")).isEqualTo("Closed");
                assertThatThrownBy(stream::next).hasMessageContaining("after 0 bytes");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void envelopesMayBeCutAnywhere(int pieceBytes) throws Exception {
        control("ews/streaming", "{\"pieceBytes\": " + pieceBytes + "}");
        try (EventStream stream = stream(client, subscribed(client, ""))) {
            SandboxMessage message = sandbox.deliver(mailbox, "in pieces");

            assertThat(EventStream.id(until(stream, "NewMailEvent", new ArrayList<>()), "ItemId"))
                    .isEqualTo(message.itemId());
        }
    }

    @Test
    void compressedStreamsAreFlushedEnvelopeByEnvelope() throws Exception {
        control("ews/streaming", "{\"gzip\": true}");
        String id = subscribed(client, "");
        client.header("Accept-Encoding", "gzip");
        try (EventStream stream = new EventStream(new GZIPInputStream(client.stream(request(30, id)), 64))) {
            assertThat(EventStream.text(stream.next(), "ConnectionStatus")).isEqualTo("OK");
            sandbox.deliver(mailbox, "compressed");
            assertThat(stream.events()).isNotEmpty();
        }
    }

    @Test
    void connectionsBreakOnDemandAndTheSubscriptionLivesOn() throws Exception {
        String id = subscribed(client, "");
        for (String how : List.of("cut", "cut-inside", "close")) {
            try (EventStream stream = stream(client, id)) {
                stream.next();
                control("ews/streaming/drop", "{\"how\": \"" + how + "\", \"mailbox\": \"" + mailbox.ownerId() + "\"}");
                if (how.equals("close")) {
                    assertThat(EventStream.text(stream.next(), "ConnectionStatus"))
                            .isEqualTo("Closed");
                } else {
                    assertThatThrownBy(stream::next).isInstanceOf(IOException.class);
                }
            }
        }
        sandbox.deliver(mailbox, "after all this");
        try (EventStream stream = stream(client, id)) {
            assertThat(stream.events()).isNotEmpty();
        }
    }

    @Test
    void lostNotificationsAreNotTold() throws Exception {
        String id = subscribed(client, "");
        control("ews/streaming", "{\"lost\": true}");
        sandbox.deliver(mailbox, "never told");
        control("ews/streaming", "{}");
        SandboxMessage told = sandbox.deliver(mailbox, "told");

        try (EventStream stream = stream(client, id)) {
            assertThat(EventStream.id(stream.events().get(0), "ItemId")).isEqualTo(told.itemId());
        }
    }

    @Test
    void subscriptionEndsByItsClientByTimeAndByTheServer() throws Exception {
        String given = subscribed(client, "");
        String forgotten = subscribed(client, "");
        assertThat(client.call("<m:Unsubscribe><m:SubscriptionId>" + given + "</m:SubscriptionId></m:Unsubscribe>")
                        .codes())
                .containsExactly("NoError");
        EwsClient.Reply refused = client.call(request(1, given));
        assertThat(refused.codes()).containsExactly("ErrorSubscriptionNotFound");
        assertThat(refused.one(MESSAGES, "ErrorSubscriptionIds")).isEqualTo(given);

        sandbox.clock.advance(Duration.ofMinutes(31));
        assertThat(client.call(request(1, forgotten)).codes()).containsExactly("ErrorSubscriptionNotFound");

        String ended = subscribed(client, "");
        try (EventStream stream = stream(client, ended)) {
            stream.next();
            control("ews/subscriptions/end", "{\"mailbox\": \"" + mailbox.ownerId() + "\"}");
            Document last = stream.next();
            assertThat(EventStream.text(last, "ResponseCode")).isEqualTo("ErrorSubscriptionNotFound");
            assertThat(EventStream.text(last, "ErrorSubscriptionIds")).isEqualTo(ended);
        }
    }

    @Test
    void withAffinityTheSubscriptionIsFoundByItsCookieOnly() throws Exception {
        EwsClient affine = sandbox.client(mailbox).header("X-PreferServerAffinity", "true");
        EwsClient.Reply reply = subscribe(affine, "", ALL_TYPES);
        String id = reply.one(MESSAGES, "SubscriptionId");
        String cookie = reply.header("Set-Cookie");

        assertThat(cookie).startsWith("X-BackEndOverrideCookie=");
        assertThat(sandbox.client(mailbox).call(request(1, id)).codes()).containsExactly("ErrorSubscriptionNotFound");
        affine.header("Cookie", cookie.substring(0, cookie.indexOf(';')));
        try (EventStream stream = stream(affine, id)) {
            assertThat(EventStream.text(stream.next(), "ResponseCode")).isEqualTo("NoError");
        }
    }

    @Test
    void oneConnectionTellsOfSeveralMailboxes() throws Exception {
        SandboxMailbox other = sandbox.newMailbox();
        String token = sandbox.tenant
                .authority()
                .appOnlyToken(
                        sandbox.tenant.directory().appOnlyRegistration(),
                        Permission.EXCHANGE,
                        Set.of(Permission.FULL_ACCESS_AS_APP));
        EwsClient first = application(token, mailbox).header("X-PreferServerAffinity", "true");
        EwsClient.Reply reply = subscribe(first, "", ALL_TYPES);
        String cookie = reply.header("Set-Cookie").replaceFirst(";.*", "");
        String otherId = subscribed(application(token, other).header("Cookie", cookie), "");

        try (EventStream stream =
                stream(first.header("Cookie", cookie), reply.one(MESSAGES, "SubscriptionId"), otherId)) {
            SandboxMessage message = sandbox.deliver(other, "of the other");

            assertThat(EventStream.id(stream.events().get(0), "ItemId")).isEqualTo(message.itemId());
        }
        assertThat(sandbox.client(mailbox)
                        .header("Cookie", cookie)
                        .call(request(1, otherId))
                        .codes())
                .containsExactly("ErrorSubscriptionAccessDenied");
    }

    private EwsClient application(String token, SandboxMailbox acting) {
        return new EwsClient(sandbox.tenant.server().httpUrl(), token)
                .header("X-AnchorMailbox", mailbox.userPrincipalName())
                .soapHeader("<t:RequestServerVersion Version=\"Exchange2013_SP1\"/><t:ExchangeImpersonation>"
                        + "<t:ConnectingSID><t:SmtpAddress>" + acting.userPrincipalName()
                        + "</t:SmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>");
    }

    @Test
    void accountsHaveTwentySubscriptionsAndTenConnections() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(subscribed(client, ""));
        }
        assertThat(subscribe(client, "", ALL_TYPES).codes()).containsExactly("ErrorExceededSubscriptionCount");

        control("ews/limits", "{\"streams\": 1}");
        try (EventStream stream = stream(client, ids.get(0))) {
            stream.next();
            assertThat(client.call(request(1, ids.get(1))).faultCode()).isEqualTo("ErrorExceededConnectionCount");
            assertThat(client.getFolder("IdOnly", distinguished("inbox")).codes())
                    .containsExactly("NoError");
        }
    }

    @Test
    void newConnectionTakesTheSubscriptionFromTheOldOne() throws Exception {
        String id = subscribed(client, "");
        try (EventStream old = stream(client, id);
                EventStream next = new EventStream(client.stream(request(30, id)))) {
            old.next();
            next.next();

            assertThat(EventStream.text(old.next(), "ConnectionStatus")).isEqualTo("Closed");
        }
    }

    @Test
    void wrongWishesAreRefused() {
        assertThat(subscribe(client, "", "<t:EventTypes><t:EventType>StatusEvent</t:EventType></t:EventTypes>")
                        .faultCode())
                .isEqualTo("ErrorSchemaValidation");
        assertThat(client.call("<m:Subscribe><m:StreamingSubscriptionRequest>" + ALL_TYPES
                                + "</m:StreamingSubscriptionRequest></m:Subscribe>")
                        .codes())
                .containsExactly("ErrorInvalidSubscriptionRequest");
        assertThat(client.call(request(31, "x")).faultCode()).isEqualTo("ErrorSchemaValidation");
        client.soapHeader("<t:RequestServerVersion Version=\"Exchange2010\"/>");
        assertThat(subscribe(client, "", ALL_TYPES).faultCode()).isEqualTo("ErrorInvalidServerVersion");
    }

    @Test
    void clientThatWentAwayIsForgottenAtTheNextHeartbeat() throws Exception {
        control("ews/streaming", "{\"heartbeatMs\": 20}");
        control("ews/limits", "{\"streams\": 1}");
        String first = subscribed(client, "");
        String second = subscribed(client, "");
        stream(client, first).close();

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            try (EventStream stream = stream(client, second)) {
                return EventStream.text(stream.next(), "ResponseCode").equals("NoError");
            }
        });
    }
}
