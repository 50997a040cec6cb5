/** One HTTP client for the protocol rooms: deadlines over whole answers, no redirects, bearer tokens only to configured hosts. */
@NullMarked
package org.mailcaravan.http;

import org.jspecify.annotations.NullMarked;
