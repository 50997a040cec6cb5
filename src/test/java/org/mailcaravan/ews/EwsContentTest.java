package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Content: batches, per-item ends, broken answers. Rows F23, F28, F30, F32. */
final class EwsContentTest {
    private final EwsFixture ews = new EwsFixture();

    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void close() {
        over.countDown();
        ews.close();
    }

    private void stall() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void mimeAndMetadataAreHandedOver() throws Exception {
        String properties =
                "<t:ParentFolderId Id=\"PF\" ChangeKey=\"x\"/><t:Subject>Gr\u00fc\u00dfe &#x1F600;</t:Subject>"
                        + "<t:DateTimeReceived>2026-11-20T12:11:12+02:00</t:DateTimeReceived>"
                        + "<t:Categories><t:String>Red</t:String><t:String>Blue</t:String></t:Categories>"
                        + "<t:Importance>High</t:Importance><t:IsDraft>false</t:IsDraft>"
                        + "<t:DateTimeSent>2026-11-20T10:11:10Z</t:DateTimeSent>"
                        + "<t:DateTimeCreated>2026-11-20T10:11:13Z</t:DateTimeCreated><t:HasAttachments>true</t:HasAttachments>"
                        + "<t:LastModifiedTime>2026-11-20T10:11:14Z</t:LastModifiedTime><t:ConversationId Id=\"CV\"/>"
                        + "<t:Sender>" + box("Sam", "sam@example.org", "SMTP") + "</t:Sender>"
                        + "<t:ToRecipients>" + box("A", "a@example.org", "SMTP") + box("B", "/o=X/cn=b", "EX")
                        + "</t:ToRecipients><t:From>" + box("Kim", "kim@example.org", "SMTP") + "</t:From>"
                        + "<t:InternetMessageId>&lt;m@example.org&gt;</t:InternetMessageId>";
        WantedMessage wanted = EwsFixture.wanted("newest", "older");
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(
                EwsAnswers.item("newest", EwsAnswers.base64("Subject: x\r\n\r\nbody\r\n"), properties))));

        ews.fetch(List.of(wanted));

        assertThat(ews.askedIds(0)).containsExactly("newest");
        assertThat(ews.stored(wanted).mime()).isEqualTo("Subject: x\r\n\r\nbody\r\n");
        JsonNode json = new ObjectMapper().readTree(ews.stored(wanted).metadata());
        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                {"id":"newest","changeKey":"CKnewest","parentFolderId":"PF","subject":"Gr\u00fc\u00dfe \ud83d\ude00",
                 "receivedDateTime":"2026-11-20T10:11:12Z","categories":["Red","Blue"],"importance":"high","isDraft":false,
                 "sentDateTime":"2026-11-20T10:11:10Z","createdDateTime":"2026-11-20T10:11:13Z","hasAttachments":true,
                 "lastModifiedDateTime":"2026-11-20T10:11:14Z","conversationId":"CV",
                 "sender":{"emailAddress":{"name":"Sam","address":"sam@example.org"}},
                 "from":{"emailAddress":{"name":"Kim","address":"kim@example.org"}},
                 "toRecipients":[{"emailAddress":{"name":"A","address":"a@example.org"}},{"emailAddress":{"name":"B"}}],
                 "ccRecipients":[],"bccRecipients":[],"replyTo":[],"internetMessageId":"<m@example.org>"}"""));
    }

    private static String box(String name, String address, String routing) {
        return "<t:Mailbox><t:Name>" + name + "</t:Name><t:EmailAddress>" + address + "</t:EmailAddress><t:RoutingType>"
                + routing + "</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox>";
    }

    /** Design section 7: at most 45 requests per 1,000 messages, the listing included; the intake fetches in chunks of 96 within pages of 512. */
    @Test
    void aThousandMessagesCostAtMostFortyRequestsForContent() {
        ews.server.otherwise(ews.everyItem());
        for (int page = 0; page < 1000; page += 512) {
            int end = Math.min(1000, page + 512);
            for (int chunk = page; chunk < end; chunk += 96) {
                ews.fetch(EwsFixture.numbered(chunk, Math.min(96, end - chunk)));
            }
        }
        assertThat(ews.receiver.stored).hasSize(1000);
        assertThat(ews.server.asked()).hasSizeLessThanOrEqualTo(40);
        assertThat(ews.askedIds(0)).hasSize(10);
        assertThat(ews.askedIds(1)).hasSize(20);
        assertThat(ews.askedIds(2)).hasSize(32);
    }

    @Test
    void batchesHoldAtMostEightMegabytesAndLargerMessagesGoAlone() {
        ews.server.otherwise(ews.everyItem());
        List<WantedMessage> wanted =
                List.of(sized("a", 3), sized("b", 3), sized("c", 3), sized("large", 25), sized("d", 1), sized("e", 1));

        ews.fetch(wanted);

        assertThat(ews.askedIds(0)).containsExactly("a", "b");
        assertThat(ews.askedIds(1)).containsExactly("c");
        assertThat(ews.askedIds(2)).containsExactly("large");
        assertThat(ews.askedIds(3)).containsExactly("d", "e");
    }

    private static WantedMessage sized(String id, int megabytes) {
        return EwsFixture.wanted(OptionalLong.of(megabytes * 1024L * 1024), id);
    }

    @Test
    void aBusyMailboxHalvesTheBatchWaitsExactlyAsAskedAndGrowsAgain() { // F30
        ews.server.then(EwsAnswers.fault(
                500,
                "ErrorServerBusy",
                "<t:MessageXml xmlns:t=\"" + Namespaces.TYPES
                        + "\"><t:Value Name=\"BackOffMilliseconds\">297749</t:Value></t:MessageXml>"));
        ews.server.otherwise(ews.everyItem());

        assertThatThrownBy(() -> ews.fetch(EwsFixture.numbered(0, 96)))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofMillis(297_749)));
        ews.clock.advance(Duration.ofMillis(297_749));
        ews.fetch(EwsFixture.numbered(0, 96));

        assertThat(ews.server.asked().stream().map(a -> EwsFixture.ids(a.body()).size()))
                .startsWith(10, 5, 10, 20, 32);
    }

    @Test
    void afterThrottlingTheBudgetOfAThousandStillHolds() { // design section 7: 110
        ews.server.then(EwsAnswers.fault(500, "ErrorServerBusy", ""));
        ews.server.then(EwsAnswers.fault(500, "ErrorServerBusy", ""));
        ews.server.otherwise(ews.everyItem());
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> ews.fetch(EwsFixture.numbered(0, 96))).isInstanceOf(ThrottledException.class);
            ews.clock.advance(MailboxGates.LONGEST_WAIT);
        }
        for (int chunk = 0; chunk < 1000; chunk += 96) {
            ews.fetch(EwsFixture.numbered(chunk, Math.min(96, 1000 - chunk)));
        }
        assertThat(ews.server.asked()).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void aBusyItemIsAskedForLaterAndItsNeighboursAreKept() { // F30
        List<WantedMessage> wanted = EwsFixture.numbered(0, 12);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            answers.add(EwsAnswers.item("item-" + i));
        }
        answers.add(4, EwsAnswers.error("GetItem", "ErrorServerBusy", EwsAnswers.backOff("1500")));
        answers.remove(5);
        answers.add(EwsAnswers.item("item-9"));
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(answers.toArray(String[]::new))));

        assertThatThrownBy(() -> ews.fetch(wanted))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofMillis(1500)));

        assertThat(ews.receiver.stored)
                .hasSize(9)
                .doesNotContainKey(wanted.get(4).key());
        assertThat(ews.receiver.failed).isEmpty();
        assertThat(ews.server.asked()).hasSize(1);
    }

    @Test
    void aTimeoutOnTheServerHalvesTheBatchAndChargesNobody() { // F30
        List<WantedMessage> wanted = EwsFixture.wantedEach("a", "b");
        ews.server.then(EwsAnswers.xml(
                EwsAnswers.items(EwsAnswers.item("a"), EwsAnswers.error("GetItem", "ErrorTimeoutExpired"))));
        ews.server.otherwise(ews.everyItem());

        ews.fetch(wanted);
        ews.fetch(EwsFixture.numbered(0, 10));

        assertThat(ews.receiver.stored)
                .containsKey(wanted.get(0).key())
                .doesNotContainKey(wanted.get(1).key());
        assertThat(ews.receiver.failed).isEmpty();
        assertThat(ews.askedIds(1)).hasSize(5);
    }

    @Test
    void everyItemEndsInItsOwnWay() { // F28, F32
        List<WantedMessage> wanted = EwsFixture.wantedEach("a", "gone", "corrupt", "transient", "denied", "b");
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(
                EwsAnswers.item("a"),
                EwsAnswers.error("GetItem", "ErrorItemNotFound"),
                EwsAnswers.error("GetItem", "ErrorContentConversionFailed"),
                EwsAnswers.error("GetItem", "ErrorInternalServerTransientError"),
                EwsAnswers.error("GetItem", "ErrorAccessDenied"),
                EwsAnswers.item("b"))));

        ews.fetch(wanted);

        assertThat(ews.receiver.stored).containsOnlyKeys(key(wanted, 0), key(wanted, 5));
        assertThat(ews.receiver.vanished).containsOnlyKeys(key(wanted, 1));
        assertThat(ews.receiver.vanished.get(key(wanted, 1))).contains("ErrorItemNotFound", "11111111-aaaa");
        assertThat(ews.receiver.failed).containsOnlyKeys(key(wanted, 2), key(wanted, 4));
        assertThat(ews.receiver.failed.get(key(wanted, 2))).contains("ErrorContentConversionFailed");
        assertThat(ews.server.asked()).hasSize(1);
    }

    @Test
    void aMailboxThatDeniesEverythingIsNotBlamedOnItsMessages() {
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(EwsAnswers.error("GetItem", "ErrorAccessDenied"))));

        assertThatThrownBy(() -> ews.fetch(EwsFixture.wantedEach("a"))).isInstanceOf(ConsentRequiredException.class);
        assertThat(ews.receiver.failed).isEmpty();
    }

    @Test
    void whatTheServerDidNotTryIsAskedForWithoutTheCulprit() { // F32
        List<WantedMessage> wanted = EwsFixture.wantedEach("a", "corrupt", "b", "c");
        String stopped = EwsAnswers.error("GetItem", "ErrorBatchProcessingStopped")
                .replace("ResponseClass=\"Error\"", "ResponseClass=\"Warning\"");
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(
                EwsAnswers.item("a"), EwsAnswers.error("GetItem", "ErrorItemCorrupt"), stopped, stopped)));
        ews.server.otherwise(ews.everyItem());

        ews.fetch(wanted);

        assertThat(ews.askedIds(1)).containsExactly("b", "c");
        assertThat(ews.receiver.stored).hasSize(3);
        assertThat(ews.receiver.failed).containsOnlyKeys(key(wanted, 1));
    }

    @Test
    void goodItemsOfABrokenAnswerAreKeptAndTheOthersAskedForSingly() { // F32
        List<WantedMessage> wanted = EwsFixture.wantedEach("a", "bad", "b");
        String bad = EwsAnswers.item("bad").replace("About bad", "Tom & Jerry <canary");
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(EwsAnswers.item("a"), bad, EwsAnswers.item("b"))));
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(bad)));
        ews.server.otherwise(ews.everyItem());

        ews.fetch(wanted);

        assertThat(ews.askedIds(1)).containsExactly("bad");
        assertThat(ews.askedIds(2)).containsExactly("b");
        assertThat(ews.receiver.stored).containsOnlyKeys(key(wanted, 0), key(wanted, 2));
        assertThat(ews.receiver.failed.get(key(wanted, 1)))
                .contains("well-formed")
                .doesNotContain("canary");
    }

    @Test
    void whereverTheAnswerBreaksNoMessageEndsTwiceOrIsForgotten() { // F32, F23
        String whole = EwsAnswers.items(EwsAnswers.item("a"), EwsAnswers.item("b"));
        int begin = whole.indexOf("<m:ResponseMessages>") + 20;
        ews.server.otherwise(ews.everyItem());
        for (int end = begin; end < whole.length(); end += 11) {
            RecordingReceiver receiver = new RecordingReceiver();
            ews.server.then(EwsAnswers.xml(whole.substring(0, end)));
            ews.source.fetchContent(ews.mailbox, EwsFixture.wantedEach("a", "b"), receiver);
            assertThat(receiver.stored).hasSize(2);
            assertThat(receiver.failed).isEmpty();
        }
    }

    @Test
    void itemsInAnotherOrderAreNeverKeptUnderAnothersKey() {
        List<WantedMessage> wanted = EwsFixture.wantedEach("a", "b");
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(EwsAnswers.item("b"), EwsAnswers.item("a"))));
        ews.server.otherwise(ews.everyItem());

        ews.fetch(wanted);

        assertThat(ews.stored(wanted.get(0)).mime()).isEqualTo(EwsAnswers.mime("a"));
        assertThat(ews.stored(wanted.get(1)).mime()).isEqualTo(EwsAnswers.mime("b"));
        assertThat(ews.server.asked()).hasSize(3);
    }

    @Test
    void anAnswerThatIsNoAnswerChargesNoMessage() { // F24, F32
        ews.server.otherwise(ScriptedHttpServer.status(200, "text/html", "<html>Sign in to the network</html>"));

        assertThatThrownBy(() -> ews.fetch(EwsFixture.numbered(0, 10))).isInstanceOf(MalformedAnswerException.class);
        assertThat(ews.server.asked()).hasSize(1);
        assertThat(ews.receiver.failed).isEmpty();
    }

    @Test
    void aConnectionCutInAnItemKeepsTheItemsBefore() { // F23
        List<WantedMessage> wanted = EwsFixture.wantedEach("a", "b");
        String whole = EwsAnswers.items(EwsAnswers.item("a"), EwsAnswers.item("b"));
        ews.server.then(
                ScriptedHttpServer.cut("text/xml", whole.substring(0, whole.lastIndexOf("</t:MimeContent>") - 8)));
        ews.server.otherwise(ews.everyItem());

        ews.fetch(wanted);

        assertThat(ews.askedIds(1)).containsExactly("b");
        assertThat(ews.stored(wanted.get(1)).mime()).isEqualTo(EwsAnswers.mime("b"));
    }

    @Test
    void aMessageWhoseContentIsCutEveryTimeIsChargedAndTheMailboxRests() { // F23
        List<WantedMessage> wanted = EwsFixture.wantedEach("a");
        String whole = EwsAnswers.items(EwsAnswers.item("a"));
        ews.server.otherwise(
                ScriptedHttpServer.cut("text/xml", whole.substring(0, whole.indexOf("</t:MimeContent>") - 8)));

        assertThatThrownBy(() -> ews.fetch(wanted)).isInstanceOf(MailSourceUnavailableException.class);

        assertThat(ews.receiver.stored).isEmpty();
        assertThat(ews.receiver.failed).containsOnlyKeys(key(wanted, 0));
        assertThat(ews.server.asked()).hasSize(2);
    }

    @Test
    void aStalledBodyEndsAtTheDeadlineAndHalvesTheBatch() { // F22
        EwsMailSource hasty = ews.source(Duration.ofMillis(300));
        ews.server.then(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(EwsAnswers.HEAD.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            stall();
        });
        ews.server.otherwise(ews.everyItem());

        assertThatThrownBy(() -> hasty.fetchContent(ews.mailbox, EwsFixture.numbered(0, 10), ews.receiver))
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining("in time");
        hasty.fetchContent(ews.mailbox, EwsFixture.numbered(0, 5), ews.receiver);

        assertThat(ews.receiver.failed).isEmpty();
        assertThat(ews.askedIds(1)).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "!!!!",
                "QUJ",
                "U3ViamVjdDogeA0KDQo9PT0gVHJ1bmNhdGVkIERhdGEgPT09",
                "U3ViamVjdDogeA0KDQo9PT0gVHJ1bmNhdGVkIERhdGEgPT09DQo="
            })
    void contentThatIsMissingTruncatedOrNoBase64IsNotStored(String base64) { // F23
        List<WantedMessage> wanted = EwsFixture.wantedEach("bad", "good");
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(EwsAnswers.item("bad", base64, ""), EwsAnswers.item("good"))));

        ews.fetch(wanted);

        assertThat(ews.receiver.stored).containsOnlyKeys(key(wanted, 1));
        assertThat(ews.receiver.failed).containsOnlyKeys(key(wanted, 0));
        assertThat(ews.receiver.discarded).containsExactly(key(wanted, 0));
    }

    @Test
    void aTruncatedCopyIsToldFromABrokenOne() { // F23
        List<WantedMessage> wanted = EwsFixture.wantedEach("cut", "broken");
        String cut = EwsAnswers.base64("Subject: x\r\n\r\nhalf\r\n=== Truncated Data ===");
        ews.server.then(EwsAnswers.xml(
                EwsAnswers.items(EwsAnswers.item("cut", cut, ""), EwsAnswers.item("broken", "!!!!", ""))));

        ews.fetch(wanted);

        assertThat(ews.receiver.stored).isEmpty();
        assertThat(ews.receiver.incomplete).containsExactly(key(wanted, 0));
        assertThat(ews.receiver.failed.get(key(wanted, 0))).contains("eight hours", "Microsoft's support");
    }

    @Test
    void illegalCharactersInASubjectDoNotCostTheMessage() { // F32
        List<WantedMessage> wanted = EwsFixture.wantedEach("a");
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(
                EwsAnswers.item("a", EwsAnswers.base64("x"), "<t:Subject>a&#x1;b&#0;c\u000bd&#x41;</t:Subject>"))));

        ews.fetch(wanted);

        assertThat(ews.stored(wanted.get(0)).metadata()).contains("a\uFFFDb\uFFFDc\uFFFDdA");
    }

    @Test
    void aMessageWithoutAnEwsIdIsExplained() {
        WantedMessage foreign =
                new WantedMessage(MessageKey.random(), List.of(), OptionalLong.empty(), Optional.empty());

        ews.fetch(List.of(foreign));

        assertThat(ews.receiver.failed.get(foreign.key())).contains("no EWS id");
        assertThat(ews.server.asked()).isEmpty();
    }

    @Test
    void aMessageThatAloneMakesTheServerFailIsCharged() { // F32
        List<WantedMessage> wanted = EwsFixture.wantedEach("poison");
        ews.server.then(EwsAnswers.fault(500, "ErrorInternalServerError", ""));

        assertThatThrownBy(() -> ews.fetch(wanted)).isInstanceOf(MailSourceUnavailableException.class);
        assertThat(ews.receiver.failed).containsOnlyKeys(key(wanted, 0));
    }

    @Test
    void aTooLargeItemIsAskedForAloneBeforeItIsGivenUp() {
        List<WantedMessage> wanted = EwsFixture.wantedEach("a", "large");
        ews.server.then(EwsAnswers.xml(
                EwsAnswers.items(EwsAnswers.item("a"), EwsAnswers.error("GetItem", "ErrorDataSizeLimitExceeded"))));
        ews.server.otherwise(ews.everyItem());

        ews.fetch(wanted);

        assertThat(ews.askedIds(1)).containsExactly("large");
        assertThat(ews.receiver.stored).hasSize(2);
    }

    private static MessageKey key(List<WantedMessage> wanted, int index) {
        return wanted.get(index).key();
    }
}
