package org.mailcaravan.credential;

import org.mailcaravan.mailbox.CredentialId;

/** The stored credential is not the one the caller read: somebody else was faster. Read it again. */
public final class StaleCredentialException extends RuntimeException {
    public StaleCredentialException(CredentialId id, long version) {
        super("credential " + id + " is no longer stored in version " + version + ": read it again");
    }
}
