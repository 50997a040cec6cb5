package org.mailcaravan.sandbox.mail;

/**
 * One header of a message or a part.
 *
 * @param value unfolded, already encoded; spaces are where the writer may fold it
 */
public record MimeHeader(String name, String value) {}
