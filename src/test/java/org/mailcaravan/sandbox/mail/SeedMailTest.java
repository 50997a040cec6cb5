package org.mailcaravan.sandbox.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.junit.jupiter.api.Test;

class SeedMailTest {
    private static final Instant NEWEST = Instant.parse("2026-11-24T08:00:00Z");
    private static final int MESSAGES = 120;

    private final SandboxMailbox mailbox = seeded(SeedOptions.of(1, MESSAGES, NEWEST));

    @Test
    void sameSeedMakesTheSameMail() {
        SandboxMailbox again = seeded(SeedOptions.of(1, MESSAGES, NEWEST));
        SandboxMailbox other = seeded(SeedOptions.of(2, MESSAGES, NEWEST));

        assertThat(hashes(again)).isEqualTo(hashes(mailbox));
        assertThat(hashes(other)).doesNotContainAnyElementsOf(hashes(mailbox));
    }

    @Test
    void asManyMessagesAsAskedForLieInTheInboxAndTheNewestIsTheYoungest() {
        assertThat(mailbox.messages(mailbox.wellKnownFolder("inbox"))).hasSize(MESSAGES);
        assertThat(mailbox.messages(mailbox.wellKnownFolder("inbox")).get(0).received())
                .isEqualTo(NEWEST);
        assertThat(seeded(SeedOptions.of(1, 0, NEWEST)).size()).isZero();
    }

    @Test
    void everyMimeParsesAndNamesItsMessageOnce() {
        assertThat(small()).allSatisfy(message -> {
            List<String> headers = parsed(message, 1).topHeaders();
            assertThat(headers.stream().filter(header -> header.startsWith("X-Sandbox-Message:")))
                    .containsExactly("X-Sandbox-Message: " + message.number());
        });
    }

    @Test
    void generatedMimeDiffersByRequestInBytesButNotInContent() {
        List<SandboxMessage> messages = small();

        assertThat(messages)
                .allSatisfy(message -> assertThat(parsed(message, 1)).isEqualTo(parsed(message, 977)));
        assertThat(messages.stream().filter(message -> !Arrays.equals(mime(message, 1), mime(message, 977))))
                .hasSizeGreaterThan(MESSAGES / 2);
    }

    @Test
    void linesEndInCrLfAndStayShortExceptInTheLongHeaders() {
        assertThat(small()).allSatisfy(message -> {
            String text = new String(mime(message, 3), StandardCharsets.ISO_8859_1);
            assertThat(text.replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
            boolean longHeader = text.contains("X-Scan-Trace:");
            assertThat(text.lines().mapToInt(String::length).max().orElse(0))
                    .isLessThanOrEqualTo(longHeader ? 3300 : 998);
        });
    }

    @Test
    void everyShapeOfACompanysMailOccurs() {
        String all = small().stream()
                .map(message -> new String(mime(message, 1), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining("\n"));

        assertThat(all.replaceAll("\r\n[ \t]+", " "))
                .contains("multipart/alternative", "multipart/related", "multipart/mixed", "message/rfc822")
                .contains("text/calendar; charset=\"utf-8\"; method=REQUEST")
                .contains("multipart/report; report-type=delivery-status", "message/delivery-status")
                .contains("application/pkcs7-mime", "application/ms-tnef", "application/x-microsoft-rpmsg-message")
                .contains("application/octet-stream", "application/pdf", "image/png", "text/csv", "wordprocessingml")
                .contains("Content-ID: <image001.png@", "src=3D\"cid:image001.png@".substring(0, 8))
                .contains("=?ISO-2022-JP?B?", "=?Shift_JIS?B?", "=?windows-1256?B?", "=?UTF-8?B?", "=?UTF-8?Q?");
    }

    @Test
    void messageClassesAndAttachmentFlagsAreExchanges() {
        Set<String> classes =
                mailbox.messages().stream().map(SandboxMessage::messageClass).collect(Collectors.toSet());
        List<SandboxMessage> onlyInline = mailbox.messages().stream()
                .filter(message -> !message.attachments().isEmpty())
                .filter(message -> message.attachments().stream().allMatch(MailAttachment::inline))
                .toList();

        assertThat(classes)
                .containsExactlyInAnyOrder(
                        "IPM.Note", "IPM.Note.SMIME", "IPM.Schedule.Meeting.Request", "REPORT.IPM.Note.NDR");
        assertThat(onlyInline).isNotEmpty().noneMatch(SandboxMessage::hasAttachments);
        assertThat(onlyInline.get(0).body().html().orElseThrow()).contains("cid:");
        assertThat(mailbox.messages().stream()
                        .map(message -> message.attachments().size())
                        .collect(Collectors.toSet()))
                .contains(0, 10);
    }

    @Test
    void someMailHasNoMessageIdAndSomeShareOne() {
        List<String> ids = mailbox.messages().stream()
                .flatMap(message -> message.internetMessageId().stream())
                .toList();
        Set<String> once = new LinkedHashSet<>();

        assertThat(ids).hasSize(MESSAGES - MESSAGES / 40);
        assertThat(ids.stream().filter(id -> !once.add(id))).hasSize(MESSAGES / 40);
        assertThat(mailbox.messages()).anyMatch(message -> message.subject().isEmpty());
        assertThat(mailbox.messages()).anyMatch(message -> message.body().text().isEmpty());
    }

    @Test
    void encodedSubjectsReadAsTheMailboxShowsThem() {
        List<SandboxMessage> whole = small().stream()
                .filter(message -> !new String(mime(message, 1), StandardCharsets.ISO_8859_1).contains("=?UTF-8?B?")
                        || !isSplit(message))
                .toList();

        assertThat(whole).allSatisfy(message -> {
            String subject = parsed(message, 1).topHeaders().stream()
                    .filter(header -> header.startsWith("Subject:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(DecoderUtil.decodeEncodedWords(subject.substring(8).strip(), DecodeMonitor.SILENT))
                    .isEqualTo(message.subject());
        });
    }

    @Test
    void averageIsWellUnderHundredKilobytes() {
        double average = small().stream()
                .mapToInt(message -> mime(message, 1).length)
                .average()
                .orElseThrow();

        assertThat(average).isBetween(5_000.0, 80_000.0);
    }

    @Test
    void exactlyOneMessageHas25MegabytesUnlessSwitchedOff() {
        assertThat(mailbox.messages())
                .filteredOn(message -> message.size() > 1_000_000)
                .hasSize(1);
        assertThat(seeded(SeedOptions.of(1, 50, NEWEST).withoutBigMessage()).messages())
                .allMatch(message -> message.size() < 1_000_000);
        assertThat(seeded(SeedOptions.of(1, 1, NEWEST)).messages()).allMatch(message -> message.size() > 1_000_000);
    }

    @Test
    void the25MegabytesAreStreamed() throws IOException {
        SandboxMessage big = mailbox.messages().stream()
                .filter(message -> message.size() > 1_000_000)
                .findFirst()
                .orElseThrow();
        Watching watching = new Watching();

        big.writeMime(watching, 5);

        assertThat(watching.written).isBetween(25L * 1024 * 1024, 26L * 1024 * 1024);
        assertThat(watching.largestPiece).isLessThanOrEqualTo(64 * 1024);
        assertThat(watching.heapInTheMiddle - watching.heapAtFirst).isLessThan(12L * 1024 * 1024);
    }

    @Test
    void hundredThousandMessagesCostLittleMemory() {
        long before = usedHeap();
        SandboxMailbox large = seeded(SeedOptions.of(1, 100_000, NEWEST));
        long cost = usedHeap() - before;

        assertThat(cost).isLessThan(80L * 1024 * 1024);
        assertThat(large.size()).isEqualTo(100_000);
    }

    private static boolean isSplit(SandboxMessage message) {
        String raw = message.content().mime().header("Subject").orElse("");
        return raw.contains("=?UTF-8?B?")
                && DecoderUtil.decodeEncodedWords(raw, DecodeMonitor.SILENT).contains("\uFFFD");
    }

    private static SandboxMailbox seeded(SeedOptions options) {
        SandboxMailbox mailbox =
                new SandboxMailboxes(Clock.systemUTC()).add(new UUID(1, 2), "support@caravan.example", "Support");
        SeedMail.fill(mailbox, options);
        return mailbox;
    }

    private List<SandboxMessage> small() {
        return mailbox.messages().stream()
                .filter(message -> message.size() < 1_000_000)
                .toList();
    }

    private static List<String> hashes(SandboxMailbox of) {
        return IntStream.range(0, 60)
                .mapToObj(at -> of.messages().get(at))
                .filter(message -> message.size() < 1_000_000)
                .map(message -> sha256(mime(message, 7)))
                .toList();
    }

    private static byte[] mime(SandboxMessage message, long salt) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            message.writeMime(out, salt);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** What stays the same whenever a message's MIME is generated. */
    private record Parsed(List<String> topHeaders, List<String> parts) {}

    private static Parsed parsed(SandboxMessage message, long salt) {
        List<String> top = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        MimeTokenStream stream = new MimeTokenStream(MimeConfig.custom()
                .setStrictParsing(true)
                .setMaxLineLen(-1)
                .setMaxHeaderLen(-1)
                .setMaxHeaderCount(-1)
                .build());
        stream.parse(new ByteArrayInputStream(mime(message, salt)));
        try {
            boolean inTop = true;
            for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
                if (state == EntityState.T_FIELD) {
                    String field = stream.getField().getName() + ": "
                            + unfolded(stream.getField().getBody());
                    (inTop ? top : parts).add(field);
                } else if (state == EntityState.T_END_HEADER) {
                    inTop = false;
                } else if (state == EntityState.T_BODY) {
                    parts.add(sha256(stream.getDecodedInputStream().readAllBytes()));
                }
            }
        } catch (IOException | MimeException e) {
            throw new AssertionError("MIME of message " + message.number() + " does not parse", e);
        }
        return new Parsed(top, parts);
    }

    private static String unfolded(String body) {
        return body.replaceAll("\r\n(?=[ \t])", "")
                .replaceAll("boundary=\"[^\"]*\"", "boundary")
                .strip();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static final class Watching extends OutputStream {
        private final long heapAtFirst = usedHeap();
        private long heapInTheMiddle;
        private long written;
        private int largestPiece;

        @Override
        public void write(int b) {
            written++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            written += length;
            largestPiece = Math.max(largestPiece, length);
            if (heapInTheMiddle == 0 && written > 20_000_000) {
                heapInTheMiddle = usedHeap();
            }
        }
    }
}
