package org.mailcaravan.oauth;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.mailbox.MailSourceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bean {@code connectPages}: every page a person sees while connecting. No script, no outside resource, nothing of the request echoed (S09, S10). */
public final class ConnectPages {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectPages.class);
    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1c2430;--paper:#fff;--ground:#eef1f5;--line:#c9d1dc;--act:#0b57d0;--on:#fff;--soft:#4a5565}
            @media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--paper:#1b212b;--ground:#10141a;--line:#3a4454;--act:#a8c7fa;--on:#0b1a33;--soft:#aab4c3}}
            *{box-sizing:border-box}
            body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:1.0625rem/1.55 system-ui,sans-serif}
            main{width:100%;max-width:34rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem;padding:clamp(1.25rem,5vw,2.5rem)}
            h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
            p,ul{margin:0 0 1rem}
            ul{padding-left:1.25rem}
            button{font:inherit;font-weight:600;min-height:3rem;padding:.6rem 1.5rem;border:0;border-radius:.5rem;background:var(--act);color:var(--on);cursor:pointer}
            button:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
            small{color:var(--soft);overflow-wrap:anywhere}
            """;
    private static final String STYLE_HASH =
            Base64.getEncoder().encodeToString(Base64.getUrlDecoder().decode(OpaqueValues.sha256(STYLE)));

    private final PublicAddress address;
    private final ConnectCookie cookie;
    private final boolean postActions;

    ConnectPages(OAuthSettings settings) {
        address = settings.address();
        cookie = new ConnectCookie(settings.address());
        postActions = settings.mailbox().postActions();
    }

    /** The page a ticket or the open page begins with: a button, because link scanners open links but press nothing. */
    ConnectAnswer start(Scopes.Wanted wanted, Optional<String> ticket) {
        String target = address.page("Connect")
                + ticket.map(value -> "?ticket=" + value).orElse("");
        return page(
                200,
                "Connect your mailbox",
                "<p>Continue to Microsoft and sign in with "
                        + (wanted.shared()
                                ? "your own account, which must have access to the shared mailbox"
                                : "the account whose mailbox you want to connect")
                        + ". Microsoft will ask you to allow this application to:</p>"
                        + "<ul>" + permissions(wanted, "your mailbox", "you") + "</ul>"
                        + "<p>Your password stays with Microsoft. Nothing in your mailbox is changed by connecting it.</p>"
                        + "<form method=\"post\" action=\"" + escape(target)
                        + "\"><button type=\"submit\">Continue to Microsoft</button></form>",
                Optional.empty());
    }

    /** The page with which an administrator begins. */
    ConnectAnswer administrator(boolean application, Scopes.Wanted wanted, String ticket) {
        String what = application
                ? "<p>This application reads mail without anybody signing in. Microsoft will show you the application permissions of its app registration. If you "
                        + "use RBAC for Applications in Exchange Online instead, you need no consent here.</p>"
                : "<p>Microsoft will ask you to allow this application, for everybody in your organisation, to:</p><ul>"
                        + permissions(wanted, "the mailbox of each person who connects it", "that person")
                        + "</ul><p>Each person still signs in once to connect a mailbox.</p>";
        return page(
                200,
                "Approve this application for your organisation",
                what + "<p>Continue to Microsoft and sign in as an administrator.</p><form method=\"post\" action=\""
                        + escape(address.page("AdminConsent") + "?ticket=" + ticket)
                        + "\"><button type=\"submit\">Continue to Microsoft</button></form>",
                Optional.empty());
    }

    /**
     * @param mailbox whose mail is read
     * @param person who signs in
     */
    private String permissions(Scopes.Wanted wanted, String mailbox, String person) {
        ConnectProtocol protocol = wanted.protocol();
        String mail = (postActions
                        ? "read the mail, and mark, move or delete it when it is delivered, in "
                        : "read the mail in ")
                + (wanted.shared() ? "mailboxes " + person + " may open" : mailbox);
        String graph = protocol == ConnectProtocol.EWS ? "" : "<li>" + mail + "</li>";
        String lookUp = wanted.lookUp() ? "<li>look up people of your organisation by their address</li>" : "";
        String ews = protocol == ConnectProtocol.GRAPH
                ? ""
                : "<li>access " + mailbox + " as " + person
                        + ", through Exchange Web Services; it is used to read mail</li>";
        return "<li>see who " + (person.equals("you") ? "you are" : "signs in") + " (name and address)</li>" + lookUp
                + graph + ews + "<li>keep this access until " + person + " or an administrator withdraws it</li>";
    }

    /** The last step of a connection: off to a clean address, so that the code stays in no history. */
    public ConnectAnswer leave() {
        return see(address.page("Connected")).with("Set-Cookie", cookie.clear());
    }

    /** What the person sees after a connection; the address is open to everyone, so it tells nothing about anyone. */
    public ConnectAnswer connected() {
        return page(
                200,
                "Your mailbox is connected",
                "<p>Reading your mail has begun. You can close this page.</p>"
                        + "<p>To end this access later, ask the people who sent you the link, or remove this application at "
                        + "<strong>myapps.microsoft.com</strong>.</p>",
                Optional.empty());
    }

    /** For a method that an address does not know. */
    public ConnectAnswer wrongMethod(@ExchangeProperty(ConnectHttp.REFERENCE) String reference) {
        return page(
                        405,
                        "This address cannot be used this way",
                        "<p>The sign-in answer must come as an ordinary page load. Open your connect link again and start from there.</p>",
                        Optional.of(reference))
                .with("Allow", "GET");
    }

    /** For an end that was foreseen. */
    public ConnectAnswer ended(
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) ConnectEndedException end,
            @ExchangeProperty(ConnectHttp.REFERENCE) String reference) {
        if (end.notice().status() < 400) {
            LOG.info("connecting {}: {}", reference, end.getMessage());
        } else {
            LOG.warn("connecting {} ended: {}", reference, end.getMessage());
        }
        return notice(end.notice(), reference);
    }

    /** For everything else: our fault, so the page names nothing but the reference (S55). */
    public ConnectAnswer failed(
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
            @ExchangeProperty(ConnectHttp.REFERENCE) String reference) {
        LOG.error(
                "connecting {} failed, nothing was stored; check the database and the settings: {}",
                reference,
                cause(failure));
        return notice(
                new ConnectEndedException.Notice(
                        503,
                        "Something went wrong on our side",
                        "Your mailbox could not be connected. Nothing was stored.",
                        "Wait a few minutes and open your connect link again. If it happens again, tell the people who sent you the link, and give them the "
                                + "reference below."),
                reference);
    }

    /** Off to another address; 303 so that a POST is not repeated there. */
    static ConnectAnswer see(String location) {
        return new ConnectAnswer(303, safety("text/plain; charset=utf-8"), "").with("Location", location);
    }

    /** The headers every answer has. */
    static Map<String, String> safety(String contentType) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("Cache-Control", "no-store");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        headers.put(
                "Content-Security-Policy",
                "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        return headers;
    }

    private ConnectAnswer notice(ConnectEndedException.Notice notice, String reference) {
        return page(
                notice.status(),
                notice.title(),
                "<p>" + escape(notice.happened()) + "</p><p>" + escape(notice.next()) + "</p>",
                Optional.of(reference));
    }

    private ConnectAnswer page(int status, String title, String content, Optional<String> reference) {
        String html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escape(title)
                + "</title><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                + "<meta name=\"robots\" content=\"noindex\"><style>" + STYLE + "</style></head><body><main><h1>"
                + escape(title)
                + "</h1>" + content
                + reference
                        .map(id -> "<small>Reference: " + escape(id) + "</small>")
                        .orElse("")
                + "</main></body></html>";
        return new ConnectAnswer(status, safety("text/html; charset=utf-8"), html)
                .with("Content-Security-Policy", policy());
    }

    // browsers apply form-action to the redirects after a form too: Microsoft, or a company's own sign-in server behind
    // it
    private String policy() {
        return "default-src 'none'; style-src 'sha256-" + STYLE_HASH + "'; form-action 'self' https:"
                + (address.https() ? "" : " http://localhost:* http://127.0.0.1:*")
                + "; frame-ancestors 'none'; base-uri 'none'";
    }

    // our own exceptions hold no secrets; the texts of others may quote what they choked on
    private static String cause(Throwable failure) {
        boolean ours = failure instanceof DatabaseException
                || failure instanceof MailSourceException
                || failure.getClass().getPackageName().startsWith("org.mailcaravan");
        return failure.getClass().getName() + (ours ? ": " + failure.getMessage() : "");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
