package org.mailcaravan.sandbox;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a sandbox tenant is made of.
 *
 * @param httpPort port for people; 0 takes a free one
 * @param httpsPort port for clients that refuse http; 0 takes a free one, empty opens none
 * @param caFile where the generated certificate authority is written as PEM
 * @param seed the same seed makes the same tenant, users, mail and token lives
 * @param messages how many messages are seeded in all
 * @param users how many users the tenant has, at least 1; the first three are support@, billing@ and sales@
 * @param redirectUris what both default registrations accept
 * @param clientSecret the value of both default registrations' secret; never printed
 * @param clock times in tokens and mail
 */
public record SandboxOptions(
        int httpPort,
        OptionalInt httpsPort,
        Path caFile,
        long seed,
        int messages,
        int users,
        List<String> redirectUris,
        String clientSecret,
        Clock clock) {

    public SandboxOptions {
        if (users < 1 || messages < 0) {
            throw new IllegalArgumentException("The sandbox needs at least 1 user and no negative number of messages");
        }
        redirectUris = List.copyOf(redirectUris);
    }

    /** Free ports, no HTTPS, 1,000 messages, 6 users, {@code http://localhost} with Creatio's callback path as redirect URI, the system's clock. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String toString() {
        return "SandboxOptions[httpPort=" + httpPort + ", httpsPort=" + httpsPort + ", seed=" + seed + ", messages="
                + messages + ", users=" + users + "]";
    }

    /** Collects options; each has the default that {@link SandboxOptions#builder()} names. */
    public static final class Builder {
        private int httpPort;
        private OptionalInt httpsPort = OptionalInt.empty();
        private Path caFile = Path.of("sandbox-ca.pem");
        private long seed = 1;
        private int messages = 1000;
        private int users = 6;
        private List<String> redirectUris =
                List.of("http://localhost/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode");
        private String clientSecret = "sandbox~secret~value~of~no~worth";
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        public Builder httpPort(int port) {
            httpPort = port;
            return this;
        }

        public Builder httpsPort(int port) {
            httpsPort = OptionalInt.of(port);
            return this;
        }

        public Builder caFile(Path file) {
            caFile = file;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder messages(int number) {
            messages = number;
            return this;
        }

        public Builder users(int number) {
            users = number;
            return this;
        }

        public Builder redirectUris(String... uris) {
            redirectUris = List.of(uris);
            return this;
        }

        public Builder clientSecret(String value) {
            clientSecret = value;
            return this;
        }

        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        public SandboxOptions build() {
            return new SandboxOptions(
                    httpPort, httpsPort, caFile, seed, messages, users, redirectUris, clientSecret, clock);
        }
    }
}
