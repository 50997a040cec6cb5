/** Credentials at rest: the port, its memory and JDBC forms, the encrypting decorator, the key ring. */
@NullMarked
package org.mailcaravan.credential;

import org.jspecify.annotations.NullMarked;
