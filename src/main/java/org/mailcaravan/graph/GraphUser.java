package org.mailcaravan.graph;

import org.mailcaravan.mailbox.MailboxAddress;

/**
 * An account of the directory.
 *
 * @param objectId Graph's {@code user.id}
 * @param address {@code mail}, or else {@code userPrincipalName}
 */
public record GraphUser(String objectId, MailboxAddress address) {}
