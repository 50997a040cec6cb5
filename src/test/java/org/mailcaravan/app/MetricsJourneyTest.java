package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.SandboxUser;

/** The traffic with Graph is told on the management port, in sums. */
class MetricsJourneyTest {
    @TempDir
    Path directory;

    @Test
    void theManagementPortTellsTheTrafficWithGraphAndNamesNoMailbox() throws Exception {
        try (JourneyFixture journey = JourneyFixture.start(directory, new JourneyFixture.Size(10, 2))) {
            SandboxUser owner = journey.user(0);
            journey.connect(owner, "graph");
            journey.awaitDelivered(owner, 5);

            String metrics = metrics(journey.settings().managementPort());

            assertThat(metrics)
                    .containsPattern("(?m)^mailcaravan_graph_requests_total(\\{})? [1-9]")
                    .containsPattern("(?m)^mailcaravan_graph_answers_total\\{status=\"2xx\"} [1-9]")
                    .containsPattern("(?m)^mailcaravan_graph_turn_seconds_count(\\{})? [1-9]")
                    .containsPattern("(?m)^mailcaravan_graph_mailboxes\\{concurrency=\"4\"} [1-9]")
                    .containsPattern("(?m)^mailcaravan_graph_mailboxes_waiting(\\{})? 0")
                    .containsPattern("(?m)^mailcaravan_graph_budget_left(\\{})? 9[0-9]{3}")
                    .doesNotContain(owner.objectId(), "@");
        }
    }

    private static String metrics(int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/metrics"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }
}
