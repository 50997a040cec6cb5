package org.mailcaravan.oauth;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.credential.Secret;

/** The client secrets of a file: one, or two on two lines while a new one takes the place of a former one. Each must be a secret's <em>value</em>. */
public final class ClientSecretFile implements ClientAuthentication {
    private static final int MOST = 2;

    private final ProofSource source;
    private volatile Optional<ClientAuthentication> preferred = Optional.empty();

    public ClientSecretFile(ProofSource source) {
        this.source = source;
    }

    @Override
    public Map<String, String> fields(String clientId, URI tokenEndpoint) {
        return candidates().get(0).fields(clientId, tokenEndpoint);
    }

    @Override
    public List<ClientAuthentication> candidates() {
        List<ClientAuthentication> secrets = source.read()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .distinct()
                .<ClientAuthentication>map(line -> new ClientSecret(Secret.of(line)))
                .toList();
        if (secrets.size() > MOST) {
            throw source.refused(
                    "has " + secrets.size() + " lines",
                    "Write the client secret only; while it is exchanged, the new and the former one on a line each.");
        }
        return Candidates.startingWith(preferred, secrets);
    }

    @Override
    public void prefer(ClientAuthentication candidate) {
        preferred = Optional.of(candidate);
    }

    /** Prints no secret. */
    @Override
    public String toString() {
        return "ClientSecretFile[" + source.setting() + "]";
    }
}
