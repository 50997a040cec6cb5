package org.mailcaravan.oauth;

import java.time.Clock;
import java.util.Optional;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.oauth.ConnectEndedException.Notice;

/** Bean {@code connectIdentity}: who signed in, and whether he may connect. */
public final class ConnectIdentity {
    private static final Notice UNTRUSTED = new Notice(
            502,
            "Microsoft's answer could not be trusted",
            "The proof of who signed in did not pass our checks. Nothing was stored.",
            "Open your connect link again. If it happens again, tell the people who sent you the link, and give them the reference below.");

    private final Clock clock;

    ConnectIdentity(Clock clock) {
        this.clock = clock;
    }

    /**
     * Validates the ID token and compares the account with the one the ticket names.
     *
     * @throws ConnectEndedException if the token is not to be trusted, or somebody else signed in
     */
    public ConnectCandidate validate(ConnectGrant.Redeemed redeemed) {
        Identity identity = identity(redeemed);
        redeemed.signIn().ticket().flatMap(ConnectTicket::expectedLogin).ifPresent(login -> {
            if (!identity.goesBy(login)) {
                throw wrongAccount();
            }
        });
        MailboxAddress address = identity.address().orElseThrow(ConnectIdentity::noAddress);
        return new ConnectCandidate(
                redeemed.signIn(), identity, address, clock.instant(), redeemed.graph(), Optional.empty());
    }

    private Identity identity(ConnectGrant.Redeemed redeemed) {
        try {
            String idToken = redeemed.graph()
                    .idToken()
                    .orElseThrow(() -> IdTokenRejectedException.rule("it is missing"))
                    .value();
            return new IdTokenValidator(redeemed.signIn().registration(), clock)
                    .validate(
                            idToken,
                            redeemed.signIn().nonce().value(),
                            redeemed.graph().accessToken());
        } catch (IdTokenRejectedException e) {
            throw new ConnectEndedException(
                    String.valueOf(e.getMessage()), e.foreignTenant() ? foreignTenant() : UNTRUSTED);
        } catch (AuthorityUnavailableException e) {
            throw ConnectStart.unavailable(e);
        }
    }

    private static Notice foreignTenant() {
        return new Notice(
                403,
                "Accounts of your organisation cannot be connected here",
                "You signed in with an account of an organisation that this service does not serve. Nothing was stored.",
                "Open your connect link again and sign in with the account it was made for.");
    }

    private static ConnectEndedException wrongAccount() {
        return new ConnectEndedException(
                "another account signed in than the ticket names",
                new Notice(
                        403,
                        "This link was made for another account",
                        "You signed in with a different account than the one this link was made for. Nothing was stored.",
                        "Open your connect link again and sign in with the account it was made for (a private browser window helps if Microsoft does not ask)."));
    }

    private static ConnectEndedException noAddress() {
        return new ConnectEndedException(
                "the account has no address",
                new Notice(
                        403,
                        "This account has no mail address",
                        "Microsoft did not name a mail address for the account you signed in with. Nothing was stored.",
                        "Open your connect link again and sign in with an account that has a mailbox."));
    }
}
