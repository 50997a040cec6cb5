package org.mailcaravan.sandbox.mail;

/**
 * One correspondent.
 *
 * @param name display name, may be empty
 * @param address SMTP address
 */
public record MailAddress(String name, String address) {}
