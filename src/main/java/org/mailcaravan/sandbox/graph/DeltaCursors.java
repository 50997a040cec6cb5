package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues delta links and reads them back. A token is the signed state itself, so nothing is kept per link; a link is accepted
 * only byte for byte as issued. Links of a mailbox can be made to expire. Thread-safe.
 */
public final class DeltaCursors {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 32;

    private final ObjectMapper json = new ObjectMapper();
    private final byte[] key = new byte[SIGNATURE_BYTES];
    private final Map<UUID, Expiry> expiries = new ConcurrentHashMap<>();

    /** How a lost cursor is told. */
    public enum Loss {
        /** 410 with a {@code Location} that holds an empty token. */
        GONE,
        /** 404 with code {@code syncStateNotFound}. */
        NOT_FOUND,
        /** 410 with code {@code resyncRequired} and no {@code Location}. */
        RESYNC_REQUIRED
    }

    private record Expiry(long epoch, Loss loss) {}

    /** @param random makes the signing key; links of another instance are garbage here */
    public DeltaCursors(SecureRandom random) {
        random.nextBytes(key);
    }

    /** Expires every link of the mailbox that was issued until now. */
    public void invalidate(UUID mailbox, Loss loss) {
        expiries.compute(mailbox, (id, known) -> new Expiry(known == null ? 1 : known.epoch() + 1, loss));
    }

    long epoch(UUID mailbox) {
        Expiry expiry = expiries.get(mailbox);
        return expiry == null ? 0 : expiry.epoch();
    }

    /** Path and query of the link that continues from this state, below the version root. */
    String link(DeltaState state, String folderRestId) {
        return emptyLink(state.mailbox(), folderRestId, state.parameter()) + token(state);
    }

    /**
     * Reads a token.
     *
     * @throws GraphError 400 {@code syncStateNotFound} for garbage, or as {@link #invalidate} said for an expired one
     */
    DeltaState open(String token, String root, String folderRestId) {
        DeltaState state = verified(token);
        Expiry expiry = expiries.get(state.mailbox());
        if (expiry != null && state.epoch() < expiry.epoch()) {
            throw lost(expiry.loss(), root + emptyLink(state.mailbox(), folderRestId, "$deltatoken"));
        }
        return state;
    }

    private static GraphError lost(Loss how, String beginning) {
        return switch (how) {
            case GONE -> GraphError.gone(beginning);
            case NOT_FOUND -> GraphError.syncStateNotFound(404);
            case RESYNC_REQUIRED ->
                GraphError.of(410, "resyncRequired", "Resync required. Start a new synchronization.");
        };
    }

    private DeltaState verified(String token) {
        try {
            byte[] bytes = Base64.getDecoder().decode(token);
            byte[] signature = Arrays.copyOf(bytes, SIGNATURE_BYTES);
            byte[] body = Arrays.copyOfRange(bytes, Math.min(bytes.length, SIGNATURE_BYTES), bytes.length);
            if (!MessageDigest.isEqual(signature, sign(body))) {
                throw GraphError.syncStateNotFound(400);
            }
            return json.readValue(body, DeltaState.class);
        } catch (IllegalArgumentException | IOException garbage) {
            throw GraphError.syncStateNotFound(400);
        }
    }

    private String token(DeltaState state) {
        try {
            byte[] body = json.writeValueAsBytes(state);
            byte[] signed = Arrays.copyOf(sign(body), SIGNATURE_BYTES + body.length);
            System.arraycopy(body, 0, signed, SIGNATURE_BYTES, body.length);
            return escaped(Base64.getEncoder().encodeToString(signed));
        } catch (IOException impossible) {
            throw new IllegalStateException("A record of strings and numbers has a JSON form", impossible);
        }
    }

    /** Another shape than the request had, as the service answers it. */
    private static String emptyLink(UUID mailbox, String folderRestId, String parameter) {
        return "/users('" + mailbox + "')/mailFolders('" + escaped(folderRestId) + "')/messages/delta?" + parameter
                + "=";
    }

    /** Lower-case escapes: a client that decodes and encodes a link changes it. */
    private static String escaped(String base64) {
        return base64.replace("+", "%2b").replace("/", "%2f").replace("=", "%3d");
    }

    private byte[] sign(byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(body);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, absent);
        }
    }
}
