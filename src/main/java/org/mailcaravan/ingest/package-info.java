/** What was taken already and what is due: ledger, cursors, content store, and the durable tasks per mailbox and per sink. */
@NullMarked
package org.mailcaravan.ingest;

import org.jspecify.annotations.NullMarked;
