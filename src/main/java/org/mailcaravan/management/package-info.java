/** How commands talk to the running process: operations on its management port, for callers of this machine who can read its token file. */
@NullMarked
package org.mailcaravan.management;

import org.jspecify.annotations.NullMarked;
