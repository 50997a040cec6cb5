/** What operators see: health checks. */
@NullMarked
package org.mailcaravan.operations;

import org.jspecify.annotations.NullMarked;
