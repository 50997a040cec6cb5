package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.AppRegistration.ConsentPolicy;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/**
 * {@code GET /{tenant}/oauth2/v2.0/authorize} and the two forms behind it, which a script can post as well:
 *
 * <ul>
 *   <li>{@code POST /{tenant}/login}: {@code ctx} (from the page), {@code login} (user principal name), {@code passwd} (if the user has one), or {@code ctx} and
 *       {@code action=cancel}
 *   <li>{@code POST /{tenant}/consent}: {@code ctx}, {@code action=accept} or {@code action=cancel}
 * </ul>
 *
 * Each answers the next page (200) or the redirect to the client (302; with {@code form_post} a page that posts itself).
 */
final class AuthorizeEndpoint {
    private static final int LARGEST_FORM_BYTES = 1 << 16;

    private final SandboxDirectory directory;
    private final Grants grants;
    private final SignIns signIns;
    private final RequestLog log;
    private final Faults faults;

    AuthorizeEndpoint(SandboxDirectory directory, Grants grants, SignIns signIns, RequestLog log, Faults faults) {
        this.directory = directory;
        this.grants = grants;
        this.signIns = signIns;
        this.log = log;
        this.faults = faults;
    }

    /** One request and what every step needs of it. */
    private record Step(HttpExchange exchange, Trace trace, Pages pages) {}

    void authorize(HttpExchange exchange, Trace trace, String tenantPath) throws IOException, AuthorityException {
        log.count(exchange, "authorize", RequestLog.NO_MAILBOX);
        if (faults.intercept(exchange, "authorize", RequestLog.NO_MAILBOX)) {
            return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            throw Aadsts.of(9002313);
        }
        Params query = Params.parse(
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
        String clientId = query.get("client_id");
        AppRegistration app = directory
                .findRegistration(clientId)
                .orElseThrow(() -> Aadsts.of(700016, clientId, directory.tenantId()));
        AuthorizationRequest.ReplyTo replyTo = AuthorizationRequest.ReplyTo.read(query, app);
        Step step = new Step(exchange, trace, new Pages(tenantPath));
        try {
            begin(step, AuthorizationRequest.read(query, replyTo));
        } catch (AuthorityException e) {
            reply(step, replyTo, failure(trace, e));
        }
    }

    private void begin(Step step, AuthorizationRequest request) throws IOException, AuthorityException {
        Optional<SandboxUser> known = signIns.signedIn(step.exchange())
                .flatMap(directory::findUser)
                .filter(SandboxUser::enabled)
                .filter(user -> request.loginHint()
                        .map(user.userPrincipalName()::equalsIgnoreCase)
                        .orElse(true));
        if (request.hasPrompt("none")) {
            silently(step, request, known.orElseThrow(() -> Aadsts.of(50058)));
            return;
        }
        PendingSignIn pending = signIns.begin(request);
        if (known.isEmpty() || request.hasPrompt("login") || request.hasPrompt("select_account")) {
            Answers.page(
                    step.exchange(),
                    step.trace(),
                    200,
                    signInPage(step, pending, request.loginHint().orElse(""), Optional.empty()));
        } else {
            signedIn(step, pending.by(known.get().objectId()), known.get());
        }
    }

    private void silently(Step step, AuthorizationRequest request, SandboxUser user)
            throws IOException, AuthorityException {
        if (!missing(request, user).isEmpty()) {
            throw Aadsts.of(65001, request.app().clientId()).as("interaction_required");
        }
        reply(step, request.replyTo(), success(request, user));
    }

    private String signInPage(Step step, PendingSignIn pending, String hint, Optional<String> wrong) {
        List<SandboxUser> hintedFirst = Stream.concat(directory.findUser(hint).stream(), directory.users().stream())
                .distinct()
                .toList();
        return step.pages().signIn(pending, hintedFirst, hint, wrong);
    }

    /** The sign-in form. */
    void login(HttpExchange exchange, Trace trace, String tenantPath) throws IOException, AuthorityException {
        Params form = readForm(exchange);
        PendingSignIn pending = signIns.get(form);
        Step step = new Step(exchange, trace, new Pages(tenantPath));
        log.count(exchange, "signin", RequestLog.NO_MAILBOX);
        if (form.has("action", "cancel")) {
            cancel(step, pending);
            return;
        }
        try {
            SandboxUser user = checkedUser(form);
            signIns.remember(exchange, user.objectId());
            signedIn(step, pending.by(user.objectId()), user);
        } catch (AuthorityException e) {
            Answers.page(
                    exchange,
                    trace,
                    200,
                    signInPage(step, pending, form.find("login").orElse(""), Optional.of(e.getMessage())));
        }
    }

    private SandboxUser checkedUser(Params form) throws AuthorityException {
        String login = form.get("login");
        SandboxUser user = directory.findUser(login).orElseThrow(() -> Aadsts.of(50034, login, directory.domain()));
        if (!user.enabled()) {
            throw Aadsts.of(50057);
        }
        if (user.password().isPresent() && !user.password().equals(form.find("passwd"))) {
            throw Aadsts.of(50126);
        }
        return user;
    }

    private void signedIn(Step step, PendingSignIn pending, SandboxUser user) throws IOException, AuthorityException {
        AuthorizationRequest request = pending.request();
        Set<Permission> missing = missing(request, user);
        boolean ask = request.hasPrompt("consent") || !missing.isEmpty();
        signIns.update(pending);
        if (!ask) {
            finish(step, pending, success(request, user));
        } else if (request.app().policy() == ConsentPolicy.ADMIN_ONLY && !missing.isEmpty()) {
            AuthorityException reason =
                    Aadsts.of(90094, directory.domain(), request.app().displayName());
            Answers.page(step.exchange(), step.trace(), 200, step.pages().adminNeeded(pending, reason, step.trace()));
        } else {
            Set<Permission> shown = missing.isEmpty() ? request.scopes().wanted(request.app()) : missing;
            Answers.page(step.exchange(), step.trace(), 200, step.pages().consent(pending, user, shown));
        }
    }

    private Set<Permission> missing(AuthorizationRequest request, SandboxUser user) {
        return request.missing(directory.granted(request.app().clientId(), user.objectId()));
    }

    /** The consent form. */
    void consent(HttpExchange exchange, Trace trace, String tenantPath) throws IOException, AuthorityException {
        Params form = readForm(exchange);
        PendingSignIn pending = signIns.get(form);
        Step step = new Step(exchange, trace, new Pages(tenantPath));
        log.count(exchange, "consent", pending.objectId().orElse(RequestLog.NO_MAILBOX));
        if (!form.has("action", "accept")) {
            cancel(step, pending);
            return;
        }
        SandboxUser user = pending.objectId().flatMap(directory::findUser).orElseThrow(() -> Aadsts.of(50089));
        accept(step, pending, user);
    }

    private void accept(Step step, PendingSignIn pending, SandboxUser user) throws IOException, AuthorityException {
        AuthorizationRequest request = pending.request();
        Set<Permission> missing = missing(request, user);
        if (request.app().policy() == ConsentPolicy.ADMIN_ONLY && !missing.isEmpty()) {
            throw Aadsts.of(90094, directory.domain(), request.app().displayName());
        }
        directory.consent(request.app().clientId(), user.objectId(), missing);
        finish(step, pending, success(request, user));
    }

    private void cancel(Step step, PendingSignIn pending) throws IOException, AuthorityException {
        Map<String, String> answer = failure(step.trace(), Aadsts.of(65004));
        answer.put("error_subcode", "cancel");
        finish(step, pending, answer);
    }

    private void finish(Step step, PendingSignIn pending, Map<String, String> answer)
            throws IOException, AuthorityException {
        if (!signIns.finish(pending)) {
            throw Aadsts.of(50089);
        }
        reply(step, pending.request().replyTo(), answer);
    }

    private Map<String, String> success(AuthorizationRequest request, SandboxUser user) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("code", grants.issueCode(request, user.objectId()));
        if (request.replyTo().clientInfo()) {
            answer.put("client_info", TokenAnswers.clientInfo(user.objectId(), directory.tenantId()));
        }
        answer.put("session_state", UUID.randomUUID().toString());
        return answer;
    }

    private static Map<String, String> failure(Trace trace, AuthorityException reason) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("error", reason.error());
        answer.put("error_description", trace.describe(reason));
        answer.put("error_uri", Trace.errorUri(reason));
        return answer;
    }

    private static void reply(Step step, AuthorizationRequest.ReplyTo replyTo, Map<String, String> answer)
            throws IOException {
        if (replyTo.isFormPost()) {
            String page = Html.formPost(replyTo.redirectUri(), replyTo.withState(answer));
            Answers.page(step.exchange(), step.trace(), 200, page);
        } else {
            Answers.redirect(step.exchange(), step.trace(), replyTo.location(answer));
        }
    }

    private static Params readForm(HttpExchange exchange) throws IOException, AuthorityException {
        if (!exchange.getRequestMethod().equals("POST")) {
            throw Aadsts.of(9002313);
        }
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_FORM_BYTES);
        return Params.parse(new String(body, StandardCharsets.UTF_8));
    }
}
