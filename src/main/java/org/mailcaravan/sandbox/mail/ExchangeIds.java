package org.mailcaravan.sandbox.mail;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The ids of one mailbox in Exchange's forms: base64 of a binary that names mailbox and entry, so that lookup needs no index.
 * Every EWS id holds a {@code +} and a {@code /}, which Graph writes as {@code _} and {@code -}.
 */
final class ExchangeIds {
    private static final byte[] ITEM = {0, 3, 36, 0};
    private static final byte[] FOLDER = {0, 3, 36, 1};
    private static final byte[] IMMUTABLE = {0, 9, 0, 46};
    /** Base64 {@code +/+/}: real ids hold these characters often, here always. */
    private static final byte[] BOTH_SPECIALS = {(byte) 0xFB, (byte) 0xFF, (byte) 0xBF};

    /** Base64 of the first bytes of {@link #IMMUTABLE}, as real immutable ids begin. */
    private static final String IMMUTABLE_START = "AAkA";

    private static final int MAILBOX_LENGTH = 36;
    private static final int ENTRY_AT = 45;
    private static final int ITEM_LENGTH = 113;

    private final byte[] mailbox;

    ExchangeIds(UUID mailbox) {
        this(mailbox.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private ExchangeIds(byte[] mailbox) {
        this.mailbox = mailbox;
    }

    String item(long number, int moves) {
        return Base64.getEncoder().encodeToString(binary(ITEM, number, moves));
    }

    String folder(int index) {
        return Base64.getEncoder().encodeToString(binary(FOLDER, index, 0));
    }

    String immutable(long number) {
        return Base64.getUrlEncoder().encodeToString(binary(IMMUTABLE, number, 0));
    }

    String changeKey(long number, int revision) {
        byte[] digest = Arrays.copyOf(digest("changeKey", number, revision), 16);
        byte[] head = {9, 0, 0, 0, 22, 0, 0, 0};
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(32)
                        .put(head)
                        .put(digest)
                        .putLong(revision)
                        .array());
    }

    byte[] searchKey(long number) {
        return Arrays.copyOf(digest("searchKey", number, 0), 16);
    }

    String conversation(String topic) {
        byte[] digest =
                sha256((new String(mailbox, StandardCharsets.US_ASCII) + topic).getBytes(StandardCharsets.UTF_8));
        return "AAQkAG" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + "=";
    }

    /** The message number inside an id of any form, whether or not such a message exists here. */
    static OptionalLong numberIn(String id) {
        byte[] binary = decode(id);
        return binary.length == ITEM_LENGTH
                ? OptionalLong.of(ByteBuffer.wrap(binary).getLong(ENTRY_AT))
                : OptionalLong.empty();
    }

    /** The object id of the mailbox inside an id of any form; empty if the id is broken. */
    static Optional<String> mailboxIn(String id) {
        return isGenuine(id)
                ? Optional.of(new String(decode(id), ITEM.length, MAILBOX_LENGTH, StandardCharsets.US_ASCII))
                : Optional.empty();
    }

    /** Whether an id in any form is complete and in the right case: ids carry a digest. */
    static boolean isGenuine(String id) {
        byte[] binary = decode(id);
        if (binary.length != ITEM_LENGTH) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.wrap(binary);
        ExchangeIds owner = new ExchangeIds(Arrays.copyOfRange(binary, ITEM.length, ITEM.length + MAILBOX_LENGTH));
        byte[] kind = Arrays.copyOf(binary, ITEM.length);
        return Arrays.equals(
                binary, owner.binary(kind, buffer.getLong(ENTRY_AT), buffer.getInt(ENTRY_AT + Long.BYTES)));
    }

    /** Whether an id begins as immutable ones do. */
    static boolean isImmutable(String id) {
        return id.startsWith(IMMUTABLE_START);
    }

    static String restForm(String ewsId) {
        return ewsId.replace('/', '-').replace('+', '_');
    }

    private static byte[] decode(String id) {
        try {
            return id.startsWith(IMMUTABLE_START)
                    ? Base64.getUrlDecoder().decode(id)
                    : Base64.getDecoder().decode(id.replace('-', '/').replace('_', '+'));
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private byte[] binary(byte[] kind, long entry, int moves) {
        ByteBuffer buffer = ByteBuffer.allocate(ITEM_LENGTH);
        buffer.put(kind).put(mailbox).putShort((short) 0).put(BOTH_SPECIALS);
        buffer.putLong(entry).putInt(moves).put(digest("id" + kind[3], entry, moves));
        return buffer.array();
    }

    private byte[] digest(String purpose, long number, int version) {
        byte[] label = purpose.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer buffer = ByteBuffer.allocate(label.length + mailbox.length + Long.BYTES + Integer.BYTES);
        return sha256(
                buffer.put(label).put(mailbox).putLong(number).putInt(version).array());
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("Every Java platform has SHA-256", absent);
        }
    }
}
