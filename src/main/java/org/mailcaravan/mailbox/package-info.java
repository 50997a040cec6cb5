/**
 * The words every room shares: which mailbox, which folder, which message, how far a folder was read; and the port
 * {@link org.mailcaravan.mailbox.MailSource} that the protocol rooms ({@code graph}, {@code ews}) implement. Knows the JDK only.
 */
@NullMarked
package org.mailcaravan.mailbox;

import org.jspecify.annotations.NullMarked;
