package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/**
 * The two forms behind every sign-in, which a script can post as well:
 *
 * <ul>
 *   <li>{@code POST /{tenant}/login}: {@code ctx} (from the page), {@code login} (user principal name), {@code passwd} (if the user has one), or {@code ctx} and
 *       {@code action=cancel}
 *   <li>{@code POST /{tenant}/consent}: {@code ctx}, {@code action=accept} or {@code action=cancel}
 * </ul>
 *
 * Each answers the next page (200) or the redirect to the client (302; with {@code form_post} a page that posts itself).
 */
final class SignInPages {
    private static final int LARGEST_FORM_BYTES = 1 << 16;

    private final SandboxDirectory directory;
    private final SignIns signIns;
    private final RequestLog log;

    SignInPages(SandboxDirectory directory, SignIns signIns, RequestLog log) {
        this.directory = directory;
        this.signIns = signIns;
        this.log = log;
    }

    /** Shows the page to choose an account. */
    void begin(Errand.Step step, Errand errand, String hint) throws IOException {
        show(step, signIns.begin(errand), hint, Optional.empty());
    }

    private void show(Errand.Step step, PendingSignIn pending, String hint, Optional<String> wrong) throws IOException {
        List<SandboxUser> hintedFirst = Stream.of(
                        directory.findUser(hint).stream(),
                        directory.users().stream(),
                        Stream.of(directory.administrator()))
                .flatMap(users -> users)
                .distinct()
                .toList();
        Answers.page(step.exchange(), step.trace(), 200, step.pages().signIn(pending, hintedFirst, hint, wrong));
    }

    /** The sign-in form. */
    void login(HttpExchange exchange, Trace trace, String tenantPath) throws IOException, AuthorityException {
        Params form = readForm(exchange);
        PendingSignIn pending = signIns.get(form);
        Errand.Step step = new Errand.Step(exchange, trace, new Pages(tenantPath));
        log.count(exchange, "signin", RequestLog.NO_MAILBOX);
        if (form.has("action", "cancel")) {
            pending.errand().declined(step, pending);
            return;
        }
        SandboxUser user;
        try {
            user = checkedUser(form);
        } catch (AuthorityException e) {
            show(step, pending, form.find("login").orElse(""), Optional.of(e.getMessage()));
            return;
        }
        signIns.remember(exchange, user.objectId());
        signedIn(step, pending.by(user.objectId()), user);
    }

    /** Goes on with a known person. */
    void signedIn(Errand.Step step, PendingSignIn pending, SandboxUser user) throws IOException, AuthorityException {
        signIns.update(pending);
        SignInRules.check(directory, pending.errand().app(), user);
        pending.errand().signedIn(step, pending, user);
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

    /** The consent form. */
    void consent(HttpExchange exchange, Trace trace, String tenantPath) throws IOException, AuthorityException {
        Params form = readForm(exchange);
        PendingSignIn pending = signIns.get(form);
        Errand.Step step = new Errand.Step(exchange, trace, new Pages(tenantPath));
        log.count(exchange, "consent", pending.objectId().orElse(RequestLog.NO_MAILBOX));
        if (!form.has("action", "accept")) {
            pending.errand().declined(step, pending);
            return;
        }
        SandboxUser user = pending.objectId().flatMap(directory::findUser).orElseThrow(() -> Aadsts.of(50089));
        pending.errand().accepted(step, pending, user);
    }

    static Params readForm(HttpExchange exchange) throws IOException, AuthorityException {
        if (!exchange.getRequestMethod().equals("POST")) {
            throw Aadsts.of(9002313);
        }
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_FORM_BYTES);
        return Params.parse(new String(body, StandardCharsets.UTF_8));
    }
}
