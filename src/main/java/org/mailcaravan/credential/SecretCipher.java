package org.mailcaravan.credential;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;

/**
 * Turns a secret into {@code mc1.<key id>.<base64url of a Tink AEAD ciphertext>} and back. Key id in decimal, as Tink prints it (unsigned).
 */
final class SecretCipher {
    private static final String FORMAT = "mc1";

    private final KeyRing ring;

    SecretCipher(KeyRing ring) {
        this.ring = ring;
    }

    /** What the stored form of a secret begins with if this key encrypted it. */
    static String prefix(String keyId) {
        return FORMAT + "." + keyId + ".";
    }

    static Secret encrypt(Keys keys, MailboxCredential row, SecretColumn column, Secret plain) {
        String keyId = keys.primaryId();
        try {
            byte[] ciphertext = keys.aead().encrypt(plain.bytes(), associatedData(keyId, row, column));
            return Secret.of(prefix(keyId) + base64(ciphertext));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM refuses to encrypt", e);
        }
    }

    /** @throws CredentialUnreadableException if the text is not exactly what was encrypted for this place with a key of the ring */
    Secret decrypt(MailboxCredential row, SecretColumn column, Secret encrypted) {
        String[] parts = encrypted.value().split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals(FORMAT)) {
            throw unreadable(
                    row,
                    column,
                    "is not in a format this version knows",
                    "Was it written by a newer version? Run that one, or remove the credential and connect the mailbox again.");
        }
        Keys keys = ring.holding(parts[1]);
        if (!keys.holds(parts[1])) {
            throw unreadable(
                    row,
                    column,
                    "needs key " + printable(parts[1]) + ", which the key ring does not hold or has disabled",
                    "Restore the key ring file (setting credential.key-ring-file) that holds it, or connect the mailbox again.");
        }
        try {
            byte[] plain = keys.aead().decrypt(exactly(parts[2]), associatedData(parts[1], row, column));
            return Secret.of(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unreadable(
                    row,
                    column,
                    "was altered, moved or rolled back",
                    "Find out who writes to the database; restore a backup, or connect the mailbox again.");
        }
    }

    /** The decoder passes over bits of the last character that do not count: one ciphertext has one spelling only. */
    private static byte[] exactly(String base64) {
        byte[] bytes = Base64.getUrlDecoder().decode(base64);
        if (!base64(bytes).equals(base64)) {
            throw new IllegalArgumentException("another spelling");
        }
        return bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** List S23: format, key id, tenant, account, column, row version; each with its length, so that no two lists read the same. */
    private static byte[] associatedData(String keyId, MailboxCredential row, SecretColumn column) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream data = new DataOutputStream(bytes)) {
            data.writeUTF(FORMAT);
            data.writeUTF(keyId);
            data.writeUTF(row.tenant().value());
            data.writeUTF(row.objectId());
            data.writeUTF(row.registration());
            data.writeUTF(column.word());
            data.writeLong(row.version());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static CredentialUnreadableException unreadable(
            MailboxCredential row, SecretColumn column, String reason, String remedy) {
        return new CredentialUnreadableException(row.id(), "its " + column.word() + " " + reason, remedy);
    }

    /** What stands in the place of a key id may be anything, even a token: only a number is repeated. */
    private static String printable(String keyId) {
        return keyId.matches("[0-9]{1,10}") ? keyId : "(unknown)";
    }
}
