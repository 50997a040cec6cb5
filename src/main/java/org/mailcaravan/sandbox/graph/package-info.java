/**
 * The sandbox tenant's Microsoft Graph: who am I, mail folders, message lists, delta, single messages and their MIME, with the
 * habits of the real service that clients trip over. Reads {@code sandbox.mail}; shares no class with the client side.
 */
@NullMarked
package org.mailcaravan.sandbox.graph;

import org.jspecify.annotations.NullMarked;
