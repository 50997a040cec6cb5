/** An offline tenant (Entra ID, Graph, EWS over HTTP) that outside clients cannot tell from the real one. Shares no class with the other rooms. */
@NullMarked
package org.mailcaravan.sandbox;

import org.jspecify.annotations.NullMarked;
