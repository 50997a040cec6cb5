package org.mailcaravan.sandbox;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.mailcaravan.sandbox.entra.AccessTokenVerifier;
import org.mailcaravan.sandbox.entra.EntraAuthority;

/**
 * A whole tenant on loopback: directory, authority, and the parts (Graph, EWS, pages) that are handed in. Thread-safe; close it to free its ports.
 */
public final class SandboxTenant implements AutoCloseable {
    /** A part of the tenant that answers requests: it mounts handlers on {@link #server()} and adds operations to {@link #control()}. */
    @FunctionalInterface
    public interface Part {
        /** Called once, before the first request is answered. */
        void mountOn(SandboxTenant tenant) throws IOException;
    }

    private final SandboxOptions options;
    private final SandboxDirectory directory;
    private final RequestLog log = new RequestLog();
    private final Faults faults = new Faults();
    private final ControlApi control = new ControlApi();
    private final List<Runnable> closing = new CopyOnWriteArrayList<>();
    private final SandboxServer server;
    private final EntraAuthority authority;

    private SandboxTenant(SandboxOptions options) throws IOException {
        this.options = options;
        directory = SandboxDirectory.from(options);
        authority = new EntraAuthority(directory, log, faults, options.clock(), options.seed());
        server = SandboxServer.open(options.httpPort(), options.httpsPort(), options.caFile(), options.clock());
    }

    /**
     * Starts a tenant; it answers when this returns.
     *
     * @throws IOException if a port is taken or the CA file cannot be written; the message names the remedy
     */
    public static SandboxTenant start(SandboxOptions options, Part... parts) throws IOException {
        SandboxTenant tenant = new SandboxTenant(options);
        try {
            tenant.mount(List.of(parts));
        } catch (IOException | RuntimeException e) {
            tenant.close();
            throw e;
        }
        tenant.server.start();
        return tenant;
    }

    private void mount(List<Part> parts) throws IOException {
        server.mount(ControlApi.PATH, control.handler());
        server.mount("/", this::root);
        new ControlOperations(directory, log, faults, authority, options.clock()).addTo(control);
        for (Part part : parts) {
            part.mountOn(this);
        }
    }

    /** The bare address leads people to the sandbox's own page; everything not mounted elsewhere is the authority's. */
    private void root(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getRawPath().equals("/")) {
            exchange.getResponseHeaders().set("Location", "/sandbox/");
            exchange.sendResponseHeaders(302, -1);
        } else {
            authority.handle(exchange);
        }
    }

    public SandboxOptions options() {
        return options;
    }

    public SandboxServer server() {
        return server;
    }

    public SandboxDirectory directory() {
        return directory;
    }

    public RequestLog log() {
        return log;
    }

    public Faults faults() {
        return faults;
    }

    public ControlApi control() {
        return control;
    }

    /** Checks the access tokens this tenant issued. */
    public AccessTokenVerifier tokens() {
        return authority.tokens();
    }

    /** The authority, for tests that turn its knobs without HTTP. */
    public EntraAuthority authority() {
        return authority;
    }

    /** What a part wants done when the tenant closes, after its server has stopped. */
    public void onClose(Runnable action) {
        closing.add(action);
    }

    @Override
    public void close() {
        server.close();
        closing.forEach(Runnable::run);
    }
}
