package org.mailcaravan.oauth;

/**
 * A mailbox that is no longer connected.
 *
 * @param credentialErased whether its secrets were erased; not if another mailbox is read with the same credential
 * @param stillToRevoke what an administrator may still take back at Microsoft, in plain words
 */
public record Disconnected(boolean credentialErased, String stillToRevoke) {}
