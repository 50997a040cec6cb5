package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Runs the files of routes/examples against the sandbox tenant; mail-delivery is a stand-in that hands one event over. */
class ExampleRoutesTest {
    private static final Path EXAMPLES = Path.of("routes/examples");

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

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void anExampleIsShortAndSaysWhatGoesInAndOut(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);

        assertThat(lines).hasSizeLessThanOrEqualTo(20);
        assertThat(lines.get(0)).startsWith("# In: ").contains(" Out: ");
        assertThat(lines.get(1)).startsWith("# EIPs: ");
        assertThat(lines.get(2)).isEqualTo("- route:");
    }

    @Test
    void markReadMarksAndCategorises() throws Exception {
        SandboxMessage message = sandbox.deliver("Parcel", Optional.empty());
        load("mark-read", Map.of("example.category", "Seen"));

        deliver("mark-read", message);
        deliver("mark-read", message);

        assertThat(sandbox.now(message).isRead()).isTrue();
        assertThat(sandbox.now(message).marks().categories()).containsExactly("Seen");
    }

    @Test
    void moveInvoicesMovesOnlyThose() throws Exception {
        SandboxMessage invoice = sandbox.deliver("Your INVOICE", Optional.empty());
        SandboxMessage other = sandbox.deliver("Hello", Optional.empty());
        load("move-invoices", Map.of());

        deliver("move-invoices", invoice);
        deliver("move-invoices", other);
        deliver("move-invoices", invoice);

        assertThat(sandbox.now(invoice).folder()).isEqualTo(sandbox.theirs.wellKnownFolder("archive"));
        assertThat(sandbox.now(other).folder()).isEqualTo(sandbox.theirs.wellKnownFolder("inbox"));
    }

    @Test
    void saveAttachmentsWritesEachFileAndLeavesTheDirectoryToNoName() throws Exception {
        SandboxMessage message =
                sandbox.deliver("Report", Optional.of(new ComposedMail.AttachedFile("../../${body}.pdf", 300_000)));
        load("save-attachments", Map.of());

        deliver("save-attachments", message);

        try (Stream<Path> written = Files.walk(directory)) {
            assertThat(written.filter(Files::isRegularFile)).singleElement().satisfies(file -> {
                assertThat(file).hasSize(300_000);
                assertThat(file.getFileName().toString()).endsWith(".pdf");
            });
        }
    }

    @Test
    void notifyByMailSendsRawMime() throws Exception {
        SandboxMessage message = sandbox.deliver("Secret subject", Optional.empty());
        String address = sandbox.ours.address().value();
        load("notify-by-mail", Map.of("example.notify.from", address, "example.notify.to", address));

        deliver("notify-by-mail", message);

        assertThat(sandbox.theirs.messages(sandbox.theirs.wellKnownFolder("sentitems")))
                .singleElement()
                .satisfies(sent -> {
                    assertThat(sent.subject()).isEqualTo("New mail in " + address);
                    assertThat(sent.body().text())
                            .contains("Event e-1 arrived.")
                            .doesNotContain("Secret");
                });
    }

    @Test
    void listUnreadWritesTheUnread() throws Exception {
        sandbox.deliver("Unread", Optional.empty());
        SandboxMessage read = sandbox.deliver("Already read", Optional.empty());
        sandbox.theirs.setRead(read.number(), true);
        NotifyBuilder done =
                new NotifyBuilder(sandbox.producer.camel).whenDone(1).create();
        load("list-unread", Map.of("example.mailbox", sandbox.ours.id().toString()));

        assertThat(done.matchesWaitTime()).isTrue();

        assertThat(Files.readString(directory.resolve("unread.json")))
                .contains("\"subject\":\"Unread\"")
                .doesNotContain("Already read");
    }

    @Test
    void postActionsMarkAndMoveWhatNoSinkGaveUp() throws Exception {
        SandboxMessage message = sandbox.deliver("Parcel", Optional.empty());
        SandboxMessage dead = sandbox.deliver("Refused by a sink", Optional.empty());
        load("post-actions", Map.of("route.post-actions.category", "Done"));

        settle(message, "delivered", "graph");
        settle(message, "delivered", "graph");
        settle(dead, "dead", "graph");
        settle(dead, "delivered", "ews");

        assertThat(sandbox.now(message).isRead()).isTrue();
        assertThat(sandbox.now(message).marks().categories()).containsExactly("Done");
        assertThat(sandbox.now(message).folder()).isEqualTo(sandbox.theirs.wellKnownFolder("archive"));
        assertThat(sandbox.now(dead).isRead()).isFalse();
        assertThat(sandbox.now(dead).folder()).isEqualTo(sandbox.theirs.wellKnownFolder("inbox"));
    }

    @Test
    void postActionsCallAMessageThatIsGoneDoneButNotAFolderThatIsMissing() throws Exception {
        SandboxMessage gone = sandbox.deliver("Gone", Optional.empty());
        SandboxMessage message = sandbox.deliver("Parcel", Optional.empty());
        sandbox.theirs.purge(gone.number());
        loadFile(Path.of("routes/route-configurations.camel.yaml"));
        load("post-actions", Map.of("route.post-actions.folder", gone.immutableId()));

        Exchange first = settle(gone, "delivered", "graph");
        Exchange second = settle(message, "delivered", "graph");

        assertThat(first.getException()).isInstanceOf(GraphOperationException.class);
        assertThat(first.getMessage().getHeader("CamelM365MailOutcome")).isEqualTo("done");
        assertThat(second.getException())
                .isInstanceOfSatisfying(
                        GraphOperationException.class,
                        refusal -> assertThat(refusal.operation()).isEqualTo(GraphOperation.moveMessage));
        assertThat(second.getMessage().getHeader("CamelM365MailOutcome")).isNull();
    }

    private Exchange settle(SandboxMessage message, String settlement, String protocol) {
        return sandbox.producer
                .camel
                .createFluentProducerTemplate()
                .to("mail-delivery:settled")
                .withHeader("CamelM365MailSettlement", settlement)
                .withHeader(GraphConstants.PROTOCOL, protocol)
                .withHeader(GraphConstants.MESSAGE_ID, sandbox.id(message))
                .withHeader(GraphConstants.MAILBOX_ID, sandbox.ours.id().toString())
                .send();
    }

    private void load(String name, Map<String, String> properties) throws Exception {
        Properties all = new Properties();
        all.setProperty("example.directory", directory.toString());
        all.putAll(properties);
        sandbox.producer.camel.getPropertiesComponent().setOverrideProperties(all);
        loadFile(EXAMPLES.resolve(name + ".camel.yaml"));
    }

    private void loadFile(Path file) throws Exception {
        PluginHelper.getRoutesLoader(sandbox.producer.camel)
                .loadRoutes(
                        PluginHelper.getResourceLoader(sandbox.producer.camel).resolveResource("file:" + file));
    }

    /** As a sink gets it: the event as bytes, the mailbox in headers. */
    private void deliver(String sink, SandboxMessage message) throws Exception {
        String event = "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"data\":{\"id\":\"" + sandbox.id(message)
                + "\",\"subject\":\"" + message.subject() + "\"}}";
        Exchange delivered = sandbox.producer
                .camel
                .createFluentProducerTemplate()
                .to("mail-delivery:" + sink)
                .withBody(event.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .withHeader("ce-id", "e-1")
                .withHeader(GraphConstants.MAILBOX_ID, sandbox.ours.id().toString())
                .withHeader(
                        GraphConstants.MAILBOX_ADDRESS, sandbox.ours.address().value())
                .send();
        if (delivered.getException() != null) {
            throw delivered.getException();
        }
    }
}
