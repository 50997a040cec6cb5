package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.ingest.LedgerBalance;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxUser;

/**
 * The example route post-actions.camel.yaml between two file sinks and the sandbox: nothing is done in the mailbox before both sinks have settled, and what is done
 * there, its failures and its repeats bring no message to a sink again.
 */
class PostActionsJourneyTest {
    private static final int MESSAGES = 4;
    private static final String CONTENT = "graph:message/$value";
    private static final String LIST = "graph:messages/delta";

    @TempDir
    private Path directory;

    private final AtomicInteger struck = new AtomicInteger();
    private JourneyFixture journey;

    /** @param folders what is read: the folder that mail is moved to is among them, or not */
    @ParameterizedTest
    @ValueSource(strings = {"inbox", "inbox,archive"})
    void mailIsMarkedAndMovedOnceAndOnlyWhenEverySinkHasSettled(String folders) throws Exception {
        try (JourneyFixture started = start(folders)) {
            journey = started;
            SandboxUser user = journey.user(0);
            List<Long> numbers = journey.burst(user, MESSAGES);
            journey.connect(user, "graph");
            journey.burst(journey.user(1), 1);
            journey.connect(journey.user(1), "ews");
            journey.awaitDelivered(user, MESSAGES);
            journey.awaitDelivered(journey.user(1), 1);
            assertThat(messages(user)).allMatch(PostActionsJourneyTest::untouched);
            assertThat(journey.balance("settled").inFlight()).isEqualTo(MESSAGES + 1);

            journey.control(
                    "mailboxes/delete",
                    Map.of("mailbox", user.userPrincipalName(), "number", numbers.get(0), "forGood", true));
            failOnceEach(user);
            Files.createDirectory(slow());

            await("marked and moved")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(messages(user)
                                    .filter(message -> !message.path("deleted").asBoolean()))
                            .hasSize(MESSAGES - 1)
                            .allMatch(message -> message.path("isRead").asBoolean()
                                    && message.path("folder").asText().equals("archive")));
            await("the ledger")
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(journey.balance("settled"))
                            .isEqualTo(new LedgerBalance(MESSAGES + 1, MESSAGES + 1, 0, 0, 0, 0)));
            assertThat(struck).hasValue(2);
            nothingComesTwice(user);
            assertThat(messages(journey.user(1))).allMatch(PostActionsJourneyTest::untouched);
        }
    }

    /** Our own changes show up in the folders' deltas: they cost these rows and nothing else. The second listing from now on began after them. */
    private void nothingComesTwice(SandboxUser user) throws IOException {
        long folders = journey.settings().mailFolders().size();
        long listings = journey.requests(user, LIST);
        await("the changes to be listed")
                .atMost(Duration.ofSeconds(60))
                .until(() -> journey.requests(user, LIST) >= listings + 2 * folders);
        assertThat(journey.requests(user)).containsEntry(CONTENT, (long) MESSAGES);
        journey.awaitDelivered(user, MESSAGES);
        try (Stream<Path> files = Files.list(slow())) {
            assertThat(files).hasSize(MESSAGES + 1);
        }
        assertThat(journey.balance()).isEqualTo(new LedgerBalance(MESSAGES + 1, MESSAGES + 1, 0, 0, 0, 0));
        assertThat(journey.balance("slow")).isEqualTo(journey.balance());
    }

    /** A refusal, and an answer that is lost after the message was moved: its repeat finds it there. */
    private void failOnceEach(SandboxUser user) {
        Optional<String> mailbox = Optional.of(user.objectId());
        String error = "{\"error\":{\"code\":\"serviceUnavailable\",\"message\":\"planned by the test\"}}";
        Faults faults = journey.tenant().faults();
        faults.add(new Faults.Rule(
                "PATCH graph:message", mailbox, 1, 1, struck(Faults.answer(503, Map.of(), "application/json", error))));
        faults.add(new Faults.Rule("graph:message/move", mailbox, 1, 1, struck(Faults.cutBody(40))));
    }

    private Faults.Fault struck(Faults.Fault fault) {
        return exchange -> {
            struck.incrementAndGet();
            return fault.strike(exchange);
        };
    }

    private JourneyFixture start(String folders) throws Exception {
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(Path.of("routes/examples/post-actions.camel.yaml"), routes.resolve("post-actions.camel.yaml"));
        Files.writeString(routes.resolve("sink-slow.camel.yaml"), """
                - route:
                    id: sink-slow
                    from:
                      uri: mail-delivery:slow
                      steps:
                        - to:
                            uri: file
                            parameters: { directoryName: "%s", autoCreate: false, fileName: "${header.ce-id}.json", fileExist: Override }
                """.formatted(
                        slow().toString().replace('\\', '/')));
        return JourneyFixture.start(directory, new JourneyFixture.Size(0, 2), (tenant, settings) -> {
            settings.put("mail.post-actions", "on");
            settings.put("mail.folders", folders);
            settings.put("routes.directory", routes.toString());
            return tenant.demoRegistration();
        });
    }

    /** The second sink fails until this is there. */
    private Path slow() {
        return directory.resolve("slow");
    }

    private Stream<JsonNode> messages(SandboxUser user) throws IOException {
        try {
            JsonNode answer = journey.control("mailboxes/messages", Map.of("mailbox", user.userPrincipalName()));
            return StreamSupport.stream(answer.path("messages").spliterator(), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static boolean untouched(JsonNode message) {
        return !message.path("isRead").asBoolean()
                && message.path("folder").asText().equals("inbox");
    }
}
