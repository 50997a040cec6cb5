package org.mailcaravan.sandbox.control;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.mail.FolderCounts;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** The HTML of the sandbox's page; everything that is not ours is escaped. */
final class PageHtml {
    private static final String STYLE = """
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff; }
            table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .8rem; border-bottom: 1px solid #ccc; }
            td.number, th.number { text-align: right; } label { display: block; margin-top: 1rem; font-weight: 600; }
            input, select, textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem; border: 1px solid #555; border-radius: 4px; }
            button { font: inherit; margin-top: 1.2rem; padding: .6rem 1.4rem; border: 0; border-radius: 4px; background: #0b5cad; color: #fff; cursor: pointer; }
            :focus-visible { outline: 3px solid #b45309; outline-offset: 2px; } .hint { font-weight: 400; color: #444; }
            .done { background: #e6f4ea; border-left: 4px solid #137333; padding: .6rem 1rem; } .problem { background: #fce8e6; border-left: 4px solid #b3261e; padding: .6rem 1rem; }
            code { overflow-wrap: anywhere; } @media (max-width: 40rem) { th, td { padding: .4rem .2rem; font-size: .875rem; } td:nth-child(2):not(.number) { overflow-wrap: anywhere; } }
            """;

    private final String origin;
    private final String formToken;

    /** @param origin how the browser reached the sandbox */
    PageHtml(String origin, String formToken) {
        this.origin = origin;
        this.formToken = formToken;
    }

    String page(
            List<SandboxMailbox> mailboxes, Map<String, Long> requests, Map<String, String> fields, String problem) {
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<title>Sandbox tenant</title><style>" + STYLE + "</style></head><body><main>"
                + "<h1>Sandbox tenant</h1>"
                + "<p>A Microsoft 365 tenant that lives on this machine only. Send a mail to one of its mailboxes and watch it"
                + " arrive where Mailcaravan delivers it.</p>"
                + message(fields, problem) + form(mailboxes, fields) + people(mailboxes) + requests(requests) + links()
                + "</main></body></html>\n";
    }

    private static String message(Map<String, String> fields, String problem) {
        if (!problem.isEmpty()) {
            return "<p class=\"problem\" role=\"alert\">The mail was not sent. " + escaped(problem) + ".</p>";
        }
        String sent = fields.getOrDefault("sent", "");
        return sent.matches("\\d{1,18}")
                ? "<p class=\"done\" role=\"status\">Sent: message number " + sent + " lies in the inbox.</p>"
                : "";
    }

    private String form(List<SandboxMailbox> mailboxes, Map<String, String> fields) {
        return "<h2>Send a mail</h2><form method=\"post\" action=\"/sandbox/send\">"
                + "<input type=\"hidden\" name=\"token\" value=\"" + formToken + "\">"
                + "<label for=\"to\">To</label><select id=\"to\" name=\"to\">" + options(mailboxes, fields)
                + "</select>"
                + input("from", "From", "email", fields.getOrDefault("from", "customer@example.org"), "required")
                + input("subject", "Subject", "text", fields.getOrDefault("subject", "A question"), "")
                + "<label for=\"text\">Text</label><textarea id=\"text\" name=\"text\" rows=\"5\">"
                + escaped(fields.getOrDefault("text", "Hello,\nwhere is my parcel?\n")) + "</textarea>"
                + input(
                        "file",
                        "Attachment <span class=\"hint\">(file name, empty for none)</span>",
                        "text",
                        fields.getOrDefault("file", ""),
                        "")
                + input(
                        "size",
                        "Attachment size in KB <span class=\"hint\">(its bytes are made up, at most 153600)</span>",
                        "number",
                        fields.getOrDefault("size", "0"),
                        "min=\"0\" max=\"153600\"")
                + "<button type=\"submit\">Send</button></form>";
    }

    private static String input(String name, String label, String type, String value, String attributes) {
        return "<label for=\"" + name + "\">" + label + "</label><input id=\"" + name + "\" name=\"" + name
                + "\" type=\"" + type + "\" value=\"" + escaped(value) + "\" " + attributes + ">";
    }

    private static String options(List<SandboxMailbox> mailboxes, Map<String, String> fields) {
        return mailboxes.stream()
                .map(mailbox -> "<option value=\"" + mailbox.ownerId() + "\""
                        + (mailbox.ownerId().toString().equals(fields.get("to")) ? " selected" : "") + ">"
                        + escaped(mailbox.displayName() + " <" + mailbox.userPrincipalName() + ">") + "</option>")
                .collect(Collectors.joining());
    }

    private static String people(List<SandboxMailbox> mailboxes) {
        return "<h2>Mailboxes</h2><table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Address</th>"
                + "<th scope=\"col\" class=\"number\">In the inbox</th><th scope=\"col\" class=\"number\">Unread</th>"
                + "<th scope=\"col\" class=\"number\">In all folders</th></tr></thead><tbody>"
                + mailboxes.stream().map(PageHtml::person).collect(Collectors.joining()) + "</tbody></table>";
    }

    private static String person(SandboxMailbox mailbox) {
        FolderCounts inbox = mailbox.counts(mailbox.wellKnownFolder("inbox"));
        return "<tr><th scope=\"row\">" + escaped(mailbox.displayName()) + "</th><td>"
                + escaped(mailbox.userPrincipalName()) + "</td>" + number(inbox.total()) + number(inbox.unread())
                + number(mailbox.size()) + "</tr>";
    }

    private static String requests(Map<String, Long> requests) {
        if (requests.isEmpty()) {
            return "";
        }
        return "<h2>Requests so far</h2><table><thead><tr><th scope=\"col\">Kind</th>"
                + "<th scope=\"col\" class=\"number\">Number</th></tr></thead><tbody>"
                + requests.entrySet().stream()
                        .map(kind -> "<tr><th scope=\"row\">" + escaped(kind.getKey()) + "</th>"
                                + number(kind.getValue()) + "</tr>")
                        .collect(Collectors.joining())
                + "</tbody></table>";
    }

    private String links() {
        return "<h2>Addresses</h2><ul><li>Microsoft Graph: <code>" + escaped(origin) + "/v1.0</code></li>"
                + "<li>The truth as JSON: <a href=\"/sandbox/control/mailboxes\">/sandbox/control/mailboxes</a></li>"
                + "<li><a href=\"/sandbox/\">Refresh this page</a></li></ul>";
    }

    private static String number(long number) {
        return "<td class=\"number\">" + number + "</td>";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
