/** Exchange Web Services: streaming SOAP client, mail source and the Camel component ews. */
@NullMarked
package org.mailcaravan.ews;

import org.jspecify.annotations.NullMarked;
