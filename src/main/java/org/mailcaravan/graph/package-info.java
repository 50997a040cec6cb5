/** Microsoft Graph mail: client, mail source and the Camel component microsoft-graph. */
@NullMarked
package org.mailcaravan.graph;

import org.jspecify.annotations.NullMarked;
