package org.mailcaravan.oauth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** For whom an app registration asks. One registration serves one mode: what an administrator consents to in one must not widen the other. */
public enum ClientMode {
    /** For people who sign in with a browser (RFC 6749 section 4.1). */
    DELEGATED,
    /** For itself (RFC 6749 section 4.4): an administrator consented, nobody signs in. */
    APP_ONLY,
    /** For people who sign in on another device (RFC 8628); a public client, without a secret. */
    DEVICE;

    /** The word used in settings: {@code delegated}, {@code app-only} or {@code device}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The mode of a word as {@link #word()} spells it; empty for any other word. */
    public static Optional<ClientMode> of(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
    }
}
