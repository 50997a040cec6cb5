/**
 * The mail of the sandbox tenant: mailboxes, folders, messages, the change log that Graph delta and EWS SyncFolderItems read,
 * and the seeded mail. Thread-safe; knows the JDK only.
 */
@NullMarked
package org.mailcaravan.sandbox.mail;

import org.jspecify.annotations.NullMarked;
