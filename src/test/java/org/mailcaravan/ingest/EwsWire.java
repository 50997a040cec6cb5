package org.mailcaravan.ingest;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.ews.EwsFaults;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Exchange Web Services, with what may go wrong there. */
final class EwsWire implements HistoryWire {
    private static final Pattern LETTER = Pattern.compile(Pattern.quote(MailboxHistory.END) + "(\\d+)");

    private final SandboxMailbox sandbox;
    private final HistoryWorld.Ews ews;

    EwsWire(HistoryWorld world, SandboxUser owner, SplittableRandom random) {
        this.sandbox = world.sandboxes.find(owner.objectId()).orElseThrow();
        this.ews = world.ews(1 + random.nextInt(8));
    }

    @Override
    public MailSource source() {
        return ews.source();
    }

    @Override
    public String contentRequests() {
        return "ews:GetItem";
    }

    @Override
    public void loseCursors() { // F31
        ews.handler().invalidateSyncStates(sandbox);
    }

    @Override
    public String kind(boolean content, SplittableRandom random) {
        return content
                ? "ews:GetItem"
                : List.of("ews:SyncFolderItems", "ews:FindItem", "ews:GetFolder", "ews:FindFolder")
                        .get(random.nextInt(4));
    }

    @Override
    public Faults.Fault fault(boolean content, SplittableRandom random) {
        return switch (random.nextInt(14)) {
            case 0 -> EwsFaults.busy(random.nextBoolean() ? 0 : 30_000); // F30
            case 1 -> EwsFaults.soapFault("ErrorTimeoutExpired");
            case 2 -> EwsFaults.soapFault("ErrorTooManyObjectsOpened");
            case 3 -> EwsFaults.itemError("ErrorInternalServerError", 0, random.nextBoolean(), 20_000);
            case 4 -> EwsFaults.itemError("ErrorMailboxStoreUnavailable", random.nextInt(3), random.nextBoolean(), 0);
            // a lie: the message is there; the listing finds out. Of a folder: F31
            case 5 ->
                EwsFaults.itemError(content ? "ErrorItemNotFound" : "ErrorFolderNotFound", random.nextInt(3), false, 0);
            case 6 -> EwsFaults.cutXml(random.nextInt(3000)); // F32
            case 7 -> EwsFaults.documentType();
            case 8 -> EwsFaults.wrongNamespace();
            case 9 -> content ? EwsFaults.truncatedMime(random.nextInt(100)) : EwsFaults.disabled(); // F33
            case 10 -> Faults.answer(503, Map.of("Retry-After", "30"), "text/html", "<html/>");
            case 11 -> Faults.answer(401, Map.of(), "text/plain", "");
            case 12 -> Faults.hangUp();
            default -> Faults.cutBody(random.nextInt(3000)); // F23
        };
    }

    @Override
    public String name(SandboxMessage message, int letter) {
        return String.valueOf(letter);
    }

    @Override
    public String name(ArrivedMessage message, String text) {
        Matcher letter = LETTER.matcher(text);
        return letter.find() ? letter.group(1) : "";
    }

    @Override
    public boolean takesMime() {
        return true;
    }

    @Override
    public boolean takesJson() {
        return false;
    }

    @Override
    public String toString() {
        return "EWS";
    }
}
