/** The program: commands, settings and the wiring of the rooms. */
@NullMarked
package org.mailcaravan.app;

import org.jspecify.annotations.NullMarked;
