package org.mailcaravan.oauth;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;

/** Bean {@code tokenRequests} of the route {@code oauth-token}: turns a {@link TokenRequest} into the HTTP message. */
public final class TokenRequests {
    /** Exchange property with the name of the app registration that asks. */
    static final String REGISTRATION = "mailcaravanRegistration";

    private final Registrations registrations;

    TokenRequests(Registrations registrations) {
        this.registrations = registrations;
    }

    /** RFC 6749 section 4.1.3, the client authenticated in the form. The body is bytes: logs print bytes as a reference only. */
    public void write(Exchange exchange) throws InvalidPayloadException {
        Message message = exchange.getMessage();
        TokenRequest request = message.getMandatoryBody(TokenRequest.class);
        Registrations.Registration registration =
                registrations.named(request.registration()).orElseThrow();
        Form form = form(request, registration);
        exchange.setProperty(REGISTRATION, registration.name());
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_URI, form.endpoint().toString());
        message.setHeader(Exchange.CONTENT_TYPE, Form.TYPE);
        message.setHeader("Accept", "application/json");
        message.setHeader("client-request-id", UUID.randomUUID().toString());
        message.setHeader("return-client-request-id", "true");
        message.setBody(form.body());
    }

    /** What is posted, and where. */
    record Form(URI endpoint, byte[] body) {
        static final String TYPE = "application/x-www-form-urlencoded";

        @Override
        public String toString() {
            return "Form[" + endpoint + "]";
        }
    }

    /** @throws AuthorityUnavailableException if the token endpoint is not known */
    static Form form(TokenRequest request, Registrations.Registration registration) {
        AppRegistration app = registration.app();
        URI endpoint = registration.authority().metadata().tokenEndpoint();
        Map<String, String> all = new TreeMap<>(request.parameters());
        all.put("client_id", app.clientId());
        all.putAll(request.proof().orElse(app.authentication()).fields(app.clientId(), endpoint));
        String form = all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return new Form(endpoint, form.getBytes(StandardCharsets.US_ASCII));
    }
}
