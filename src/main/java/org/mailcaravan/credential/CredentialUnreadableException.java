package org.mailcaravan.credential;

import org.mailcaravan.mailbox.CredentialId;

/** A stored secret cannot be decrypted: the key is missing, or the row was altered. There is no way around it: a person must act. */
public final class CredentialUnreadableException extends RuntimeException {
    private final CredentialId credential;

    CredentialUnreadableException(CredentialId credential, String reason, String remedy) {
        super("credential " + credential + " is unreadable: " + reason + ". " + remedy);
        this.credential = credential;
    }

    public CredentialId credential() {
        return credential;
    }
}
