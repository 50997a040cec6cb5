package org.mailcaravan.oauth;

import java.util.Optional;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;

/**
 * How it stands with what an app registration proves itself with, as far as it can be seen without asking the server.
 *
 * @param registration our name of it
 * @param expiry when it ends, if that is known
 * @param problem why nothing can be proven, with the remedy; holds no path and no secret
 */
public record ProofState(String registration, Optional<Expiry> expiry, Optional<String> problem) {
    static ProofState of(AppRegistration app) {
        try {
            Optional<Expiry> expiry = app.authentication().expiry(app.name());
            app.authentication().candidates().forEach(candidate -> candidate.fields(app.clientId(), app.authority()));
            return new ProofState(app.name(), expiry, Optional.empty());
        } catch (ClientProofException e) {
            return new ProofState(
                    app.name(), Optional.empty(), Optional.of(e.outcome().remedy()));
        }
    }
}
