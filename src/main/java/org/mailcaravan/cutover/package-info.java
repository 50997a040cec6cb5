/** Mailboxes on their way from EWS to Graph, and back: what stands in the way, what differs, who is still on EWS. The ledger's side of it is in {@code ingest}. */
@NullMarked
package org.mailcaravan.cutover;

import org.jspecify.annotations.NullMarked;
