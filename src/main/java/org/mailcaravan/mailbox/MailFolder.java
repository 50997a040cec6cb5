package org.mailcaravan.mailbox;

/**
 * A folder as its protocol names it.
 *
 * @param id opaque, stable, case-sensitive protocol id
 * @param name the well-known name it was asked by, for example {@code inbox}
 */
public record MailFolder(String id, String name) {}
