/** The app registration that this deployment needs at Entra ID, as a manifest and as scripts; and which permission reads which mailbox. */
@NullMarked
package org.mailcaravan.registration;

import org.jspecify.annotations.NullMarked;
