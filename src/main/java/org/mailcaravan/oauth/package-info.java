/** The client side of OAuth 2.0 and OpenID Connect: tickets, authorization request, callback, token endpoint, access tokens. */
@NullMarked
package org.mailcaravan.oauth;

import org.jspecify.annotations.NullMarked;
