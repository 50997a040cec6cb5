package org.mailcaravan.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.control.MailPart;
import org.mailcaravan.sandbox.ews.EwsPart;
import org.mailcaravan.sandbox.ews.EwsSettings;
import org.mailcaravan.sandbox.graph.GraphSettings;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "sandbox",
        mixinStandardHelpOptions = true,
        description =
                "Runs the sandbox tenant alone: Entra ID, Microsoft Graph and EWS on this machine, with seeded mail.")
final class SandboxCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            defaultValue = "8085",
            description = "HTTP port, 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--https-port",
            defaultValue = "8485",
            description = "HTTPS port for clients that refuse http, 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int httpsPort;

    @Option(
            names = "--ca",
            defaultValue = "sandbox-ca.pem",
            paramLabel = "FILE",
            description = "Where the generated certificate authority is written (default: ${DEFAULT-VALUE}).")
    private Path ca = Path.of("sandbox-ca.pem");

    @Option(
            names = "--messages",
            defaultValue = "1000",
            description = "Seeded messages, shared by the first two mailboxes (default: ${DEFAULT-VALUE}).")
    private int messages;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The same seed makes the same tenant and mail (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--redirect-uri",
            paramLabel = "URI",
            description =
                    "Redirect URI of the registrations; may be repeated (default: Creatio's path on http://localhost).")
    private List<String> redirectUris = new ArrayList<>();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PortCheck.need(port, "Stop that program, or name another port with --port.");
        PortCheck.need(httpsPort, "Stop that program, or name another port with --https-port.");
        SandboxOptions.Builder options = SandboxOptions.builder()
                .httpPort(port)
                .httpsPort(httpsPort)
                .caFile(ca)
                .messages(messages)
                .seed(seed);
        if (!redirectUris.isEmpty()) {
            options.redirectUris(redirectUris.toArray(String[]::new));
        }
        SandboxTenant tenant = start(options.build());
        announce(tenant);
        UntilStopped.wait(tenant);
        return 0;
    }

    /** The whole tenant: authority, Graph, EWS, control API and page. */
    static SandboxTenant start(SandboxOptions options) throws Exception {
        SandboxMailboxes mailboxes = MailPart.seeded(options);
        return SandboxTenant.start(
                options,
                new MailPart(mailboxes, GraphSettings.defaults(), new SecureRandom()),
                new EwsPart(mailboxes, EwsSettings.defaults()));
    }

    private void announce(SandboxTenant tenant) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Sandbox tenant " + tenant.directory().domain() + " runs.");
        out.println("  Page:          " + tenant.server().httpUrl() + "/sandbox/");
        out.println("  Authority:     " + tenant.server().httpUrl());
        out.println("  Tenant:        " + tenant.directory().tenantId());
        out.println("  Client ID:     " + tenant.directory().demoRegistration().clientId());
        out.println("  Graph:         " + tenant.server().httpUrl() + "/v1.0");
        out.println("  EWS:           " + tenant.server().httpUrl() + "/EWS/Exchange.asmx");
        tenant.server()
                .httpsUrl()
                .ifPresent(url -> out.println("  The same by TLS: " + url + ", CA in "
                        + tenant.server().caCertificate()));
        out.flush();
    }
}
