package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.SandboxUser;

/** What a person signs in for: the pages are the same, what follows differs. */
interface Errand {
    /** One request and what every step needs of it. */
    record Step(HttpExchange exchange, Trace trace, Pages pages) {}

    /** The application that wants something. */
    AppRegistration app();

    /** Goes on with somebody who has just signed in: the next page, or the end. */
    void signedIn(Step step, PendingSignIn pending, SandboxUser user) throws IOException, AuthorityException;

    /** Goes on when the consent page was accepted. */
    void accepted(Step step, PendingSignIn pending, SandboxUser user) throws IOException, AuthorityException;

    /** Ends it because the person would not. */
    void declined(Step step, PendingSignIn pending) throws IOException, AuthorityException;
}
