package org.mailcaravan.sandbox.ews;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.mailcaravan.sandbox.SandboxTenant;

/** Calls the control API. */
final class ControlCall {
    private ControlCall() {}

    static int post(SandboxTenant tenant, String operation, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(tenant.server().httpUrl().resolve("/sandbox/control/" + operation))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> get(SandboxTenant tenant, String operation) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(tenant.server().httpUrl().resolve("/sandbox/control/" + operation))
                .timeout(Duration.ofSeconds(10))
                .build();
        String body = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readValue(body, Map.class);
    }
}
