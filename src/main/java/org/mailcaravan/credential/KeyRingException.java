package org.mailcaravan.credential;

import org.jspecify.annotations.Nullable;

/** The key ring cannot be used. The message names the file or setting and the remedy, never a key. */
public final class KeyRingException extends RuntimeException {
    KeyRingException(String where, String reason, String remedy) {
        this(where, reason, remedy, null);
    }

    KeyRingException(String where, String reason, String remedy, @Nullable Throwable cause) {
        super("key ring " + where + " " + reason + ". " + remedy, cause);
    }
}
