/** What the Camel components of the protocols have in common: whose mail is meant, what is read, how content becomes a body. Knows no protocol. */
@NullMarked
package org.mailcaravan.component;

import org.jspecify.annotations.NullMarked;
