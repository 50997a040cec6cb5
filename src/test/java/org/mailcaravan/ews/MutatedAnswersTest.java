package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.testing.InProcessHttp;
import org.mailcaravan.testing.SettableClock;

/**
 * Row F32: answers that were changed at random end as a page, as messages or as one of the failures that the intake understands, and in time. The seed is told with
 * each failure; {@code -Dmailcaravan.seed=<number> -Dmailcaravan.mutations=1} plays one again.
 */
final class MutatedAnswersTest {
    private static final String TIER = System.getProperty("mailcaravan.tier", "verify");
    private static final int MUTATIONS = Integer.getInteger(
            "mailcaravan.mutations", TIER.equals("soak") ? 1_000_000 : TIER.equals("ci") ? 50_000 : 3_000);
    private static final long SEED = Long.getLong("mailcaravan.seed", 20_261_124L);
    /** Four times the two seconds after which an answer counts as hanging. */
    private static final Duration HANGS = Duration.ofSeconds(8);

    private static final List<String> ANSWERS = answers();
    private static final List<String> SPLINTERS = List.of(
            "<",
            ">",
            "&",
            "&#x0;",
            "&#55555;",
            "&amp;",
            "\"",
            "</",
            "/>",
            "<!--",
            "<![CDATA[",
            "]]>",
            "<?x?>",
            "\u0000",
            "\ud83d\ude00",
            "<!DOCTYPE x>",
            "xmlns=\"\"",
            "99999999999999999999",
            "-1",
            "true",
            "=",
            "NoError",
            "ErrorServerBusy");

    private final Mailbox mailbox = EwsFixture.mailbox("inbox", "inbox/Projects/**", "*");
    private byte[] answer = new byte[0];
    private int status = 200;
    private final EwsMailSource source = new EwsMailSource(
            URI.create("http://127.0.0.1:9/EWS/Exchange.asmx"),
            new EwsFixture.Tokens(),
            new HttpGateway(new InProcessHttp(exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
                exchange.sendResponseHeaders(status, answer.length);
                exchange.getResponseBody().write(answer);
            })),
            Duration.ofSeconds(60),
            new SettableClock(EwsFixture.NOW));

    private static List<String> answers() {
        List<String> answers = new ArrayList<>();
        answers.add(EwsAnswers.response("GetFolder", EwsAnswers.folder("f1"), EwsAnswers.folder("f2")));
        answers.add(EwsAnswers.tree(
                EwsAnswers.child("Folder", "p", "f1", "Projects", "IPF.Note"), EwsAnswers.hiddenChild("h", "p", "H")));
        answers.add(EwsAnswers.changes("U3luYw==", false, EwsAnswers.created("i1"), EwsAnswers.created("i2")));
        answers.add(EwsAnswers.found(
                "FindItem",
                "Items",
                2,
                true,
                EwsAnswers.row("i1", "2026-11-24T08:00:00Z"),
                EwsAnswers.row("i2", "2026-11-24T07:00:00Z")));
        answers.add(EwsAnswers.items(
                EwsAnswers.item("i1"), EwsAnswers.error("GetItem", "ErrorItemNotFound"), EwsAnswers.item("i3")));
        answers.add(EwsAnswers.items(EwsAnswers.error("GetItem", "ErrorServerBusy", EwsAnswers.backOff("297749"))));
        answers.add(
                StreamingFixture.alive() + StreamingFixture.event("s", "NewMailEvent") + StreamingFixture.lost("s"));
        return List.copyOf(answers);
    }

    @Test
    void nothingEscapesAndNothingHangs() {
        for (int i = 0; i < MUTATIONS; i++) {
            long seed = SEED + i;
            long start = System.nanoTime();
            try {
                play(new SplittableRandom(seed));
            } catch (Throwable e) { // an OutOfMemoryError or a StackOverflowError, too
                fail("seed " + seed, e);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("seed %s", seed)
                    .isLessThan(HANGS);
        }
    }

    private void play(SplittableRandom random) throws Exception {
        String original = ANSWERS.get(random.nextInt(ANSWERS.size()));
        answer = mutated(original.getBytes(StandardCharsets.UTF_8), random);
        status = random.nextInt(10) == 0 ? 500 : 200;
        try {
            switch (random.nextInt(4)) {
                case 0 -> source.fetchPage(mailbox, EwsFixture.INBOX, Optional.empty());
                case 1 ->
                    source.listing()
                            .orElseThrow()
                            .fetchListing(mailbox, EwsFixture.INBOX, Optional.empty(), Optional.empty());
                case 2 -> fetch();
                default -> source.fetchFolders(EwsFixture.mailbox("inbox", "Projects/**"));
            }
        } catch (MailSourceException e) {
            assertThat(e.getMessage()).doesNotContain("Text of i"); // no mail in messages
        }
        stream(random);
    }

    /** Whatever the server says, no message ends twice, and what was stored is one of the messages that it has. */
    private void fetch() {
        RecordingReceiver receiver = new RecordingReceiver();
        List<WantedMessage> wanted = EwsFixture.wantedEach("i1", "i2", "i3");
        try {
            source.fetchContent(mailbox, wanted, receiver);
            assertThat(receiver.stored.size() + receiver.failed.size() + receiver.vanished.size())
                    .isLessThanOrEqualTo(wanted.size());
        } finally {
            assertThat(receiver.stored.keySet())
                    .isSubsetOf(wanted.stream().map(WantedMessage::key).toList());
        }
    }

    private void stream(SplittableRandom random) throws Exception {
        EnvelopeCutter cutter = new EnvelopeCutter();
        try {
            for (int at = 0; at < answer.length; ) {
                int length = Math.min(answer.length - at, 1 + random.nextInt(500));
                cutter.feed(ByteBuffer.wrap(answer, at, length), envelope -> StreamedEvents.read(envelope, "r"));
                at += length;
            }
        } catch (BrokenXmlException e) {
            assertThat(e.getMessage()).doesNotContain("Text of i");
        }
    }

    private static byte[] mutated(byte[] bytes, SplittableRandom random) {
        byte[] mutated = bytes;
        for (int i = 1 + random.nextInt(random.nextBoolean() ? 2 : 12); i > 0 && mutated.length > 0; i--) {
            mutated = once(mutated, random);
        }
        return mutated;
    }

    private static byte[] once(byte[] bytes, SplittableRandom random) {
        int at = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextInt(5) == 0 ? 400 : 8));
        byte[] between = switch (random.nextInt(6)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) random.nextInt(256)};
            case 2 -> SPLINTERS.get(random.nextInt(SPLINTERS.size())).getBytes(StandardCharsets.UTF_8);
            case 3 -> twice(bytes, at, to);
            case 4 -> Arrays.copyOfRange(bytes, random.nextInt(at + 1), to);
            default -> flipped(bytes, at, to, random);
        };
        ByteBuffer all = ByteBuffer.allocate(bytes.length - (to - at) + between.length);
        all.put(bytes, 0, at).put(between).put(bytes, to, bytes.length - to);
        return random.nextInt(15) == 0 ? Arrays.copyOf(all.array(), at) : all.array();
    }

    private static byte[] twice(byte[] bytes, int at, int to) {
        byte[] part = Arrays.copyOfRange(bytes, at, to);
        return ByteBuffer.allocate(part.length * 2).put(part).put(part).array();
    }

    private static byte[] flipped(byte[] bytes, int at, int to, SplittableRandom random) {
        byte[] part = Arrays.copyOfRange(bytes, at, to);
        part[random.nextInt(part.length)] ^= (byte) (1 << random.nextInt(8));
        return part;
    }
}
