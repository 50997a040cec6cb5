/** What reading mail costs, beside Microsoft's library and beside the least that could do it. */
@NullMarked
package org.mailcaravan.benchmark;

import org.jspecify.annotations.NullMarked;
