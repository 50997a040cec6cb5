package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxServer;
import org.mailcaravan.sandbox.SandboxUser;

/**
 * The device authorization grant (RFC 8628) without its polling: {@code POST /{tenant}/oauth2/v2.0/devicecode}, and the page {@code /devicelogin}, which a
 * script can post as well ({@code otc} is the user code).
 */
final class DeviceEndpoint {
    static final String PAGE = "/devicelogin";

    private final SandboxDirectory directory;
    private final DeviceCodes codes;
    private final Grants grants;
    private final SignIns signIns;
    private final SignInPages pages;
    private final Knobs knobs;

    DeviceEndpoint(
            SandboxDirectory directory,
            DeviceCodes codes,
            Grants grants,
            SignIns signIns,
            SignInPages pages,
            Knobs knobs) {
        this.directory = directory;
        this.codes = codes;
        this.grants = grants;
        this.signIns = signIns;
        this.pages = pages;
        this.knobs = knobs;
    }

    /** Answers a device code; that the client is a public one is found out when it polls, as at the real authority. */
    void begin(HttpExchange exchange, Trace trace, String tenant, ClientAuthentication clients)
            throws IOException, AuthorityException {
        Params form = Params.parse(TokenEndpoint.readForm(exchange));
        AppRegistration app = clients.registered(form.get("client_id"));
        if (!tenant.equals(directory.tenantId()) && !app.flags().multiTenant()) {
            throw Aadsts.of(50194, app.clientId());
        }
        Scopes scopes = Scopes.parse(form.get("scope"));
        scopes.checkAgainst(app);
        DeviceCodes.Device device = codes.issue(tenant, app, scopes);
        Answers.json(exchange, trace, 200, describe(device, SandboxServer.baseUrl(exchange) + PAGE));
    }

    private Map<String, Object> describe(DeviceCodes.Device device, String page) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("user_code", device.userCode());
        answer.put("device_code", device.deviceCode());
        answer.put("verification_uri", page);
        answer.put("expires_in", DeviceCodes.LIFE.toSeconds());
        answer.put("interval", knobs.pollingInterval().toSeconds());
        answer.put(
                "message",
                "To sign in, use a web browser to open the page " + page + " and enter the code " + device.userCode()
                        + " to authenticate.");
        return answer;
    }

    /** The page where the code is typed, and its form. */
    void page(HttpExchange exchange, Trace trace) throws IOException, AuthorityException {
        if (exchange.getRequestMethod().equals("GET")) {
            Answers.page(exchange, trace, 200, Pages.enterCode(Optional.empty()));
            return;
        }
        String typed = SignInPages.readForm(exchange).find("otc").orElse("");
        Optional<DeviceCodes.Device> device = codes.findWaiting(typed);
        if (device.isEmpty()) {
            String wrong = "That code didn't work. Check the code and try again.";
            Answers.page(exchange, trace, 200, Pages.enterCode(Optional.of(wrong)));
            return;
        }
        Errand.Step step =
                new Errand.Step(exchange, trace, new Pages("/" + device.get().tenant()));
        pages.begin(step, new DeviceSignIn(device.get()), "");
    }

    /** Somebody signing in for a device. */
    private final class DeviceSignIn implements Errand {
        private final DeviceCodes.Device device;

        DeviceSignIn(DeviceCodes.Device device) {
            this.device = device;
        }

        @Override
        public AppRegistration app() {
            return device.app();
        }

        private Set<Permission> missing(SandboxUser user) {
            return device.scopes().missing(app(), directory.granted(app().clientId(), user.objectId()));
        }

        private boolean isForAdministrators(SandboxUser user) {
            return app().policy() == AppRegistration.ConsentPolicy.ADMIN_ONLY
                    && !missing(user).isEmpty()
                    && !directory.administrator().equals(user);
        }

        @Override
        public void signedIn(Step step, PendingSignIn pending, SandboxUser user) throws IOException {
            AuthorityException reason = Aadsts.of(90094, directory.domain(), app().displayName());
            String page = isForAdministrators(user)
                    ? step.pages().adminNeeded(pending, reason, step.trace())
                    : step.pages().device(pending, user, device.scopes().wanted(app()));
            Answers.page(step.exchange(), step.trace(), 200, page);
        }

        @Override
        public void accepted(Step step, PendingSignIn pending, SandboxUser user)
                throws IOException, AuthorityException {
            if (isForAdministrators(user)) {
                throw Aadsts.of(90094, directory.domain(), app().displayName());
            }
            finish(pending);
            directory.consent(app().clientId(), user.objectId(), missing(user));
            Grant grant = grants.deviceGrant(app(), user.objectId(), device.scopes());
            codes.answer(device, DeviceCodes.Answer.ACCEPTED, Optional.of(grant));
            String page = Pages.closeWindow(
                    "You have signed in",
                    "You have signed in to " + app().displayName() + " on your device. You may now close this window.");
            Answers.page(step.exchange(), step.trace(), 200, page);
        }

        @Override
        public void declined(Step step, PendingSignIn pending) throws IOException, AuthorityException {
            finish(pending);
            codes.answer(device, DeviceCodes.Answer.DECLINED, Optional.empty());
            String page =
                    Pages.closeWindow("You have not signed in", "Your device was told. You may now close this window.");
            Answers.page(step.exchange(), step.trace(), 200, page);
        }

        private void finish(PendingSignIn pending) throws AuthorityException {
            if (!signIns.finish(pending)) {
                throw Aadsts.of(50089);
            }
        }
    }

    /** Counts a device code request and lets a planned fault strike it. */
    static boolean isStruck(HttpExchange exchange, RequestLog log, Faults faults) throws IOException {
        log.count(exchange, "devicecode", RequestLog.NO_MAILBOX);
        return faults.intercept(exchange, "devicecode", RequestLog.NO_MAILBOX);
    }
}
