/** The sandbox tenant's Entra ID authority: metadata, signing keys, authorize with its pages, token endpoint, and the check of the tokens it issued. */
@NullMarked
package org.mailcaravan.sandbox.entra;

import org.jspecify.annotations.NullMarked;
