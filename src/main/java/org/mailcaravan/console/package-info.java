/** The operators' console: Hawtio's static files and Jolokia on the management port, behind a login and a policy that denies by default. */
@NullMarked
package org.mailcaravan.console;

import org.jspecify.annotations.NullMarked;
