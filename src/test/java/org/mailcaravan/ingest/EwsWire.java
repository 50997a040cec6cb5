package org.mailcaravan.ingest;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.ews.EwsFaults;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Exchange Web Services, with what may go wrong there. */
final class EwsWire implements HistoryWire {
    private static final Pattern LETTER = Pattern.compile(Pattern.quote(MailboxHistory.END) + "(\\d+)");

    private final HistoryWorld world;
    private final SplittableRandom random;

    EwsWire(HistoryWorld world, SplittableRandom random) {
        this.world = world;
        this.random = random;
    }

    @Override
    public MailSource source() {
        return world.ewsSource(1 + random.nextInt(8));
    }

    @Override
    public String contentRequests() {
        return "ews:GetItem";
    }

    @Override
    public void loseCursors() { // F31
        Faults.Fault lost = EwsFaults.itemError("ErrorInvalidSyncStateData", 0, false, 0);
        world.tenant.faults().add(Faults.Rule.next(1 + random.nextInt(2), "ews:SyncFolderItems", lost));
    }

    @Override
    public String kind(boolean content, SplittableRandom chance) {
        return content
                ? "ews:GetItem"
                : List.of("ews:SyncFolderItems", "ews:FindItem", "ews:GetFolder", "ews:FindFolder")
                        .get(chance.nextInt(4));
    }

    @Override
    public Faults.Fault fault(boolean content, SplittableRandom chance) {
        return switch (chance.nextInt(14)) {
            case 0 -> EwsFaults.busy(chance.nextBoolean() ? 0 : 30_000); // F30
            case 1 -> EwsFaults.soapFault("ErrorTimeoutExpired");
            case 2 -> EwsFaults.soapFault("ErrorTooManyObjectsOpened");
            case 3 -> EwsFaults.itemError("ErrorInternalServerError", 0, chance.nextBoolean(), 20_000);
            case 4 -> EwsFaults.itemError("ErrorMailboxStoreUnavailable", chance.nextInt(3), chance.nextBoolean(), 0);
            // a lie: the message is there; the listing finds out. Of a folder: F31
            case 5 ->
                EwsFaults.itemError(content ? "ErrorItemNotFound" : "ErrorFolderNotFound", chance.nextInt(3), false, 0);
            case 6 -> EwsFaults.cutXml(chance.nextInt(3000)); // F32
            case 7 -> EwsFaults.documentType();
            case 8 -> EwsFaults.wrongNamespace();
            case 9 -> content ? EwsFaults.truncatedMime(chance.nextInt(100)) : EwsFaults.disabled(); // F33
            case 10 -> Faults.answer(503, Map.of("Retry-After", "30"), "text/html", "<html/>");
            case 11 -> Faults.answer(401, Map.of(), "text/plain", "");
            case 12 -> Faults.hangUp();
            default -> Faults.cutBody(chance.nextInt(3000)); // F23
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
