package org.mailcaravan.sandbox.ews;

import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** A folder and the mailbox it is in, which need not be the caller's. */
record LocatedFolder(SandboxMailbox mailbox, SandboxFolder folder) {}
