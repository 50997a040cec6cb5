/**
 * Exchange Web Services of the sandbox tenant: a strict server for the operations a mail reader needs, written from
 * Microsoft's schema and sharing no class with the product's EWS room.
 */
@NullMarked
package org.mailcaravan.sandbox.ews;

import org.jspecify.annotations.NullMarked;
