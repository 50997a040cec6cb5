/** The Camel component mail-delivery: takes messages over into the ledger, and offers each to every sink until it is settled. */
@NullMarked
package org.mailcaravan.delivery;

import org.jspecify.annotations.NullMarked;
