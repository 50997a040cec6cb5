package org.mailcaravan.oauth;

import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.oauth.ConnectEndedException.Notice;

/** What a person is told when Microsoft's side ends a connection. Every one of them: nothing was stored. */
final class ConnectFailures {
    static final Notice LATER = new Notice(
            503,
            "Microsoft's service does not answer as it should right now",
            "Your mailbox could not be connected. Nothing was stored.",
            "Wait a few minutes, then open your connect link again: it is still good.");

    private ConnectFailures() {}

    static ConnectEndedException of(TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.ConsentRequired needed) {
            return new ConnectEndedException(
                    "consent required, " + needed.code(), refused(needed.remedy(), needed.code()));
        }
        if (outcome instanceof TokenOutcome.Refused refused) {
            return new ConnectEndedException(
                    "token request refused, " + refused.code() + ": " + refused.remedy(), misconfigured(refused));
        }
        String reason = outcome instanceof TokenOutcome.TryLater later ? later.reason() : "unexpected outcome";
        return new ConnectEndedException("no token, " + reason, LATER);
    }

    static ConnectEndedException of(EntraError error) {
        return of(error, "");
    }

    /** @param nextStep follows the remedy, see {@link NextSteps#after} */
    static ConnectEndedException of(EntraError error, String nextStep) {
        return new ConnectEndedException(
                "authorization refused, " + error.code(),
                error.later() ? LATER : refused(error.remedy() + nextStep, error.code()));
    }

    static ConnectEndedException of(MailSourceException failure) {
        String reason = "the mailbox could not be read, " + failure.getClass().getSimpleName();
        if (failure instanceof ConsentRequiredException needed) {
            return new ConnectEndedException(reason, unreadable(needed.remedy()));
        }
        return new ConnectEndedException(
                reason, failure instanceof MailboxBlockedException blocked ? unreadable(blocked.remedy()) : LATER);
    }

    static ConnectEndedException missingScope(String scope) {
        return new ConnectEndedException(
                "granted less than asked, " + scope,
                refused(
                        "The permission " + scope
                                + " was not given. Open your connect link again and give every permission on Microsoft's page; if Microsoft "
                                + "does not offer it, ask your Microsoft 365 administrator to grant consent for this application.",
                        scope));
    }

    private static Notice refused(String remedy, String code) {
        return new Notice(
                403,
                "Your mailbox was not connected",
                "Microsoft did not give this application the access it needs (" + code + "). Nothing was stored.",
                remedy);
    }

    private static Notice misconfigured(TokenOutcome.Refused refused) {
        return new Notice(
                502,
                "This application is not set up completely",
                "Microsoft refuses the application itself, not your account (" + refused.code()
                        + "). Nothing was stored.",
                "Tell the people who sent you the link. For them: " + refused.remedy());
    }

    private static Notice unreadable(String remedy) {
        return new Notice(
                403,
                "You signed in, but the mailbox cannot be read",
                "Microsoft does not let this application read the mailbox of this account. Nothing was stored.",
                remedy);
    }
}
