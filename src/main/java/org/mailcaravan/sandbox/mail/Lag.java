package org.mailcaravan.sandbox.mail;

/**
 * Which of a move's two log lines shows late: it appears only after the next reading of that folder's log has reached its end,
 * as replication between Exchange's servers makes it happen.
 */
public enum Lag {
    NONE,
    /** The source folder says so late: the message seems to be in both. */
    REMOVAL_LATE,
    /** The target folder says so late: the message seems to be in neither. */
    CREATION_LATE
}
