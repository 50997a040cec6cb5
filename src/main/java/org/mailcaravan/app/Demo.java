package org.mailcaravan.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.mailcaravan.console.ConsoleUsers;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;

/** The main job in one terminal: sandbox tenant and bundle, two mailboxes connected through the real HTTP flow, their mail delivered into a folder. */
final class Demo {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final String CALLBACK = "/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode";

    private static final String OPERATOR = "operator";

    private final Path directory;
    private final int messages;
    private final boolean once;
    private final PrintWriter out;
    private final Instant begun = Instant.now();

    Demo(Path directory, int messages, boolean once, PrintWriter out) {
        this.directory = directory;
        this.messages = messages;
        this.once = once;
        this.out = out;
    }

    /** Removes what an earlier demo left, and nothing that no demo made. */
    void clear() throws IOException {
        if (Files.exists(directory) && !Files.exists(mark()) && !isEmpty(directory)) {
            throw new IllegalStateException(
                    directory + " was not made by the demo; name another one with --directory, or --keep it");
        }
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private Path mark() {
        return directory.resolve("made-by-mailcaravan-demo");
    }

    /** @return the exit code */
    int run() throws Exception {
        if (!once) {
            for (int fixed : new int[] {8080, 8085, 8090}) {
                PortCheck.need(fixed, "Stop that program, or run the demo with --once, which takes free ports.");
            }
        }
        Files.createDirectories(directory);
        Files.writeString(mark(), "");
        int port = once ? freePort() : 8080;
        int managementPort = once ? freePort() : 8090;
        try (SandboxTenant tenant = SandboxCommand.start(SandboxOptions.builder()
                .httpPort(once ? 0 : 8085)
                .caFile(directory.resolve("sandbox-ca.pem"))
                .messages(messages)
                .redirectUris("http://localhost:" + port + CALLBACK)
                .build())) {
            String apiToken = secret(32);
            Settings settings = Settings.load(SettingsSources.only(settings(tenant, port, managementPort, apiToken)));
            Bundle bundle = Bundle.start(settings);
            try {
                return once ? once(tenant, settings, apiToken) : untilStopped(tenant, settings, apiToken, bundle);
            } finally {
                bundle.close();
            }
        }
    }

    private Map<String, String> settings(SandboxTenant tenant, int port, int managementPort, String apiToken)
            throws IOException {
        Path keyRing = directory.resolve("key-ring.json");
        if (!Files.exists(keyRing)) {
            KeyRing.create(keyRing);
            out.println("Key ring for this demo made: " + keyRing + " (only its owner may read it)");
        }
        String sandbox = tenant.server().httpUrl().toString();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("server.port", String.valueOf(port));
        settings.put("management.port", String.valueOf(managementPort));
        settings.put(
                "management.token-file", directory.resolve("management.token").toString());
        settings.put("console.users-file", consoleUsers().toString());
        settings.put("public.base-url", "http://localhost:" + port);
        settings.put("oauth.authority", sandbox);
        settings.put("oauth.tenant", tenant.directory().tenantId());
        settings.put("oauth.client-id", tenant.directory().demoRegistration().clientId());
        settings.put("oauth.client-secret", tenant.options().clientSecret());
        settings.put("graph.root", sandbox + "/v1.0");
        settings.put("ews.url", sandbox + "/EWS/Exchange.asmx");
        settings.put("connect.open", "true");
        settings.put("connect.api-token", apiToken);
        settings.put("credential.key-ring-file", keyRing.toString());
        settings.put(
                "database.url",
                "jdbc:h2:file:" + directory.resolve("mailcaravan").toAbsolutePath() + ";WRITE_DELAY=0");
        settings.put("content.directory", directory.resolve("content").toString());
        settings.put("content.min-free-space", "100MB");
        settings.put("sink.files.directory", directory.resolve("inbox").toString());
        settings.put("mail.start", "all");
        settings.put("mail.poll-interval", "2s");
        settings.put("mail.poll-interval-idle", "10s");
        settings.put("mail.poll-interval-notified", "1m");
        return settings;
    }

    private Path consoleUsers() {
        return directory.resolve("console-users.properties");
    }

    private static String secret(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private int once(SandboxTenant tenant, Settings settings, String apiToken) throws Exception {
        connectTwo(tenant, settings, apiToken);
        DemoInbox inbox = new DemoInbox(directory.resolve("inbox"));
        Instant last = begun.plus(LONGEST);
        DemoInbox.Count count = inbox.count();
        while (count.distinct() < messages && Instant.now().isBefore(last)) {
            Thread.sleep(200);
            count = inbox.count();
        }
        ObjectNode line = new ObjectMapper().createObjectNode();
        line.put("mailboxes", 2)
                .put("seeded", messages)
                .put("delivered", count.distinct())
                .put("duplicates", count.files() - count.distinct())
                .put("lost", messages - count.distinct());
        tenant.log().byKind().forEach(line.putObject("requests")::put);
        line.put("seconds", Duration.between(begun, Instant.now()).toMillis() / 1000.0);
        boolean whole = count.distinct() == messages && count.files() == messages;
        if (!whole) {
            out.println("Not all seeded mail was delivered exactly once within " + LONGEST.toMinutes() + " min; see "
                    + directory.resolve("mailcaravan.log"));
        }
        out.println(line);
        out.flush();
        return whole ? 0 : 1;
    }

    private int untilStopped(SandboxTenant tenant, Settings settings, String apiToken, Bundle bundle) throws Exception {
        out.println();
        out.println("Mailcaravan demo: a sandbox tenant and the bundle, on this machine only.");
        out.println("  Connect a mailbox yourself:  " + settings.publicBaseUrl() + "/connect");
        out.println("  Sandbox tenant, send mail:   " + tenant.server().httpUrl() + "/sandbox/");
        String password = secret(15);
        ConsoleUsers.put(consoleUsers(), OPERATOR, password, new SecureRandom());
        out.println("  Console:                     " + settings.consoleBaseUrl() + "/hawtio/  (log in as " + OPERATOR
                + " with the password " + password + ")");
        out.println("  Health:                      http://" + settings.managementHost() + ":"
                + settings.managementPort() + "/observe/health");
        out.println("  Delivered mail:              " + directory.resolve("inbox"));
        out.println("  Stop:                        Ctrl+C");
        out.println();
        out.flush();
        connectTwo(tenant, settings, apiToken);
        Thread progress = new Thread(this::showProgress, "progress");
        progress.setDaemon(true);
        progress.start();
        UntilStopped.wait(bundle, tenant);
        return 0;
    }

    private void connectTwo(SandboxTenant tenant, Settings settings, String apiToken) throws Exception {
        List<SandboxUser> users = tenant.directory().users();
        connect(settings, apiToken, users.get(0).userPrincipalName(), "graph");
        connect(settings, apiToken, users.get(1).userPrincipalName(), "ews");
    }

    private void connect(Settings settings, String apiToken, String login, String protocol) throws Exception {
        new DemoBrowser(settings.publicBaseUrl(), settings.callbackPath(), apiToken).connect(login, protocol);
        out.println("Connected " + login + " through " + protocol + ".");
        out.flush();
    }

    private void showProgress() {
        DemoInbox inbox = new DemoInbox(directory.resolve("inbox"));
        Map<String, Long> shown = Map.of();
        try {
            while (true) {
                Map<String, Long> now = inbox.byMailbox();
                if (!now.equals(shown)) {
                    out.println(seconds() + "  delivered " + now);
                    out.flush();
                    shown = now;
                }
                Thread.sleep(1000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String seconds() {
        return String.format("%5d s", Duration.between(begun, Instant.now()).toSeconds());
    }
}
