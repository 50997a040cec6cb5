package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Runs the files routes/examples/ews-* and the post-actions against the sandbox tenant; mail-delivery is a stand-in that hands one event over. */
class EwsExampleRoutesTest {
    private final SandboxFixture sandbox = new SandboxFixture();

    @TempDir
    private Path directory;

    @BeforeEach
    void standIn() {
        DirectComponent standIn = new DirectComponent();
        standIn.setAutowiredEnabled(false); // the real component's options are not the stand-in's
        sandbox.producer.camel.addComponent("mail-delivery", standIn);
    }

    @AfterEach
    void close() {
        sandbox.close();
    }

    private void load(String file, Map<String, String> properties) throws Exception {
        Properties all = new Properties();
        all.setProperty("route.example.directory", directory.toString());
        all.setProperty("route.example.mailbox", sandbox.ours.id().toString());
        all.putAll(properties);
        sandbox.producer.camel.getPropertiesComponent().setOverrideProperties(all);
        PluginHelper.getRoutesLoader(sandbox.producer.camel)
                .loadRoutes(PluginHelper.getResourceLoader(sandbox.producer.camel)
                        .resolveResource("file:routes/" + file + ".camel.yaml"));
    }

    private Exchange send(String uri, SandboxMessage message, Map<String, Object> headers) {
        String event = "{\"id\":\"e-1\",\"data\":{\"id\":\"" + message.itemId() + "\"}}";
        return sandbox.producer
                .camel
                .createFluentProducerTemplate()
                .to(uri)
                .withBody(event.getBytes(StandardCharsets.UTF_8))
                .withHeaders(headers)
                .withHeader(EwsConstants.MAILBOX_ID, sandbox.ours.id().toString())
                .send();
    }

    @Test
    void ewsMarkReadMarksWhatWasReadByEws() throws Exception {
        SandboxMessage message = sandbox.deliver("Parcel");
        SandboxMessage byGraph = sandbox.deliver("Other");
        load("examples/ews-mark-read", Map.of("route.example.category", "Seen"));

        for (int i = 0; i < 2; i++) { // F50: doing it twice is doing it once
            assertThat(send("mail-delivery:ews-mark-read", message, Map.of(EwsConstants.PROTOCOL, "ews"))
                            .getException())
                    .isNull();
        }
        send("mail-delivery:ews-mark-read", byGraph, Map.of(EwsConstants.PROTOCOL, "graph"));

        assertThat(sandbox.now(message).isRead()).isTrue();
        assertThat(sandbox.now(message).marks().categories()).containsExactly("Seen");
        assertThat(sandbox.now(byGraph).isRead()).isFalse();
    }

    @Test
    void ewsListUnreadWritesTheUnreadOfLate() throws Exception {
        sandbox.deliver("Unread");
        SandboxMessage read = sandbox.deliver("Already read");
        sandbox.theirs.setRead(read.number(), true);
        NotifyBuilder done =
                new NotifyBuilder(sandbox.producer.camel).whenDone(1).create();

        load("examples/ews-list-unread", Map.of("route.example.since", "2026-11-24"));

        assertThat(done.matchesWaitTime()).isTrue();
        assertThat(Files.readString(directory.resolve("unread.json")))
                .contains("\"subject\":\"Unread\"")
                .doesNotContain("Already read");
    }

    @Test
    void ewsExportFolderWritesEveryMessageOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            sandbox.deliver("Number " + i);
        }
        load("examples/ews-export-folder", Map.of("route.example.page", "2"));

        Exchange exported = sandbox.producer
                .camel
                .createFluentProducerTemplate()
                .to("direct:example-ews-export-folder")
                .send();

        assertThat(exported.getException()).isNull();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("0-0.eml", "0-1.eml", "1-0.eml", "1-1.eml", "2-0.eml");
        }
        assertThat(Files.readString(directory.resolve("0-0.eml"))).contains("Subject: Number 4");
        assertThat(Files.readString(directory.resolve("2-0.eml"))).contains("Subject: Number 0");
    }

    @Test
    void ewsPostActionsMarkAndMoveWhatNoSinkGaveUp() throws Exception { // F50
        SandboxMessage message = sandbox.deliver("Parcel");
        SandboxMessage dead = sandbox.deliver("Refused by a sink");
        load("route-configurations", Map.of());
        load("examples/ews-post-actions", Map.of("route.post-actions.category", "Done"));

        settle(message, "delivered");
        Exchange again = settle(message, "delivered");
        settle(dead, "dead");

        assertThat(sandbox.now(message).isRead()).isTrue();
        assertThat(sandbox.now(message).marks().categories()).containsExactly("Done");
        assertThat(sandbox.now(message).folder()).isEqualTo(sandbox.theirs.wellKnownFolder("deleteditems"));
        assertThat(again.getMessage().getHeader("CamelM365MailOutcome"))
                .as("its old id is gone")
                .isEqualTo("done");
        assertThat(sandbox.now(dead).isRead()).isFalse();
    }

    @Test
    void aFolderThatIsMissingIsNotMistakenForAMessageThatIsGone() throws Exception {
        SandboxMessage message = sandbox.deliver("Parcel");
        load("route-configurations", Map.of());
        load("examples/ews-post-actions", Map.of("route.post-actions.folder", message.itemId()));

        Exchange failed = settle(message, "delivered");

        assertThat(failed.getException())
                .isInstanceOfSatisfying(
                        EwsOperationException.class,
                        refusal -> assertThat(refusal.operation()).isEqualTo(EwsOperation.moveMessage));
        assertThat(failed.getMessage().getHeader("CamelM365MailOutcome")).isNull();
    }

    private Exchange settle(SandboxMessage message, String settlement) {
        return send(
                "mail-delivery:settled",
                message,
                Map.of(
                        EwsConstants.PROTOCOL,
                        "ews",
                        EwsConstants.ITEM_ID,
                        message.itemId(),
                        "CamelM365MailSettlement",
                        settlement));
    }
}
