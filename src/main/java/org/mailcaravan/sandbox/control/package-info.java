/** The hands on the sandbox tenant's mail: control operations for tests, a page for people, and the part that mounts Graph. */
@NullMarked
package org.mailcaravan.sandbox.control;

import org.jspecify.annotations.NullMarked;
