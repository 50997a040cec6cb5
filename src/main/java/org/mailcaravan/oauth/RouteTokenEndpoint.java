package org.mailcaravan.oauth;

import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** Sends every token request through the route {@code oauth-token}, where operators can see and change it. */
public final class RouteTokenEndpoint implements TokenEndpoint {
    private static final String ROUTE = "direct:oauth-token";
    private final CamelContext camel;
    private @Nullable ProducerTemplate template;

    /** @param camel whose routes hold {@code oauth-token}; it need not be started yet */
    public RouteTokenEndpoint(CamelContext camel) {
        this.camel = camel;
    }

    @Override
    public TokenOutcome request(TokenRequest request) {
        try {
            Object outcome = template().requestBody(ROUTE, request);
            return outcome instanceof TokenOutcome known
                    ? known
                    : new TokenOutcome.TryLater(
                            Optional.empty(), "the route oauth-token does not end with tokenAnswers.translate");
        } catch (CamelExecutionException e) {
            if (e.getCause() instanceof ClientProofException unprovable) {
                return unprovable.outcome();
            }
            // its message quotes the exchange: only the kind of failure is kept
            return new TokenOutcome.TryLater(
                    Optional.empty(),
                    "the route oauth-token failed ("
                            + Optional.ofNullable(e.getCause())
                                    .orElse(e)
                                    .getClass()
                                    .getSimpleName() + ")");
        }
    }

    private synchronized ProducerTemplate template() {
        ProducerTemplate known = template;
        if (known == null) {
            known = camel.createProducerTemplate();
            template = known;
        }
        return known;
    }
}
