package org.mailcaravan.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * The least that could do it: the component's requests by the bare client of the JDK, each answer with content to a temporary file that is forced to disk and
 * renamed. Nothing of the content is parsed, decoded or checked; no ledger, no event.
 */
final class EwsFloorReading implements Reading {
    private static final int FIRST_BATCH = 10;
    private static final int LARGEST_BATCH = 32;
    private static final long MOST_BYTES = 8L * 1024 * 1024;
    private static final Pattern ITEM = Pattern.compile("ItemId Id=\"([^\"]+)\".*?Size>(\\d+)<", Pattern.DOTALL);
    private static final Pattern STATE = Pattern.compile("SyncState>([^<]+)<");
    private static final String ENVELOPE = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
            + " xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\""
            + " xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><s:Header>"
            + "<t:RequestServerVersion Version=\"Exchange2013_SP1\"/></s:Header><s:Body>%s</s:Body></s:Envelope>";
    private static final String SYNC = "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>"
            + "<t:AdditionalProperties>%s<t:ExtendedFieldURI PropertyTag=\"0x300B\" PropertyType=\"Binary\"/>"
            + "</t:AdditionalProperties></m:ItemShape><m:SyncFolderId><t:DistinguishedFolderId Id=\"inbox\"/>"
            + "</m:SyncFolderId>%s<m:MaxChangesReturned>512</m:MaxChangesReturned></m:SyncFolderItems>";
    private static final String GET = "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>"
            + "<t:IncludeMimeContent>true</t:IncludeMimeContent><t:AdditionalProperties>%s</t:AdditionalProperties>"
            + "</m:ItemShape><m:ItemIds>%s</m:ItemIds></m:GetItem>";
    private static final List<String> LISTED =
            List.of("item:DateTimeReceived", "item:Size", "message:InternetMessageId");
    private static final List<String> METADATA = List.of(
            "item:ParentFolderId",
            "item:Subject",
            "item:DateTimeReceived",
            "item:Categories",
            "item:Importance",
            "item:IsDraft",
            "item:DateTimeSent",
            "item:DateTimeCreated",
            "item:HasAttachments",
            "item:LastModifiedTime",
            "item:ConversationId",
            "message:Sender",
            "message:ToRecipients",
            "message:CcRecipients",
            "message:BccRecipients",
            "message:From",
            "message:InternetMessageId",
            "message:ReplyTo");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Job job;
    private int files;

    EwsFloorReading(Job job) {
        this.job = job;
    }

    private record Listed(String id, long bytes) {}

    @Override
    public void read(Account account) throws Exception {
        List<Listed> listed = list(account);
        if (listed.size() != account.messages()) {
            throw new IllegalStateException("listed " + listed.size() + " of " + account.messages());
        }
        int most = FIRST_BATCH;
        for (int from = 0; from < listed.size(); ) {
            List<Listed> batch = batch(listed, from, most);
            save(batch, account);
            from += batch.size();
            most = batch.size() == most ? Math.min(LARGEST_BATCH, 2 * most) : most;
        }
    }

    private List<Listed> list(Account account) throws Exception {
        List<Listed> listed = new ArrayList<>();
        String state = "";
        for (boolean more = true; more; ) {
            String page;
            try (InputStream answer = post(SYNC.formatted(fields(LISTED), state), account)) {
                page = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            }
            ITEM.matcher(page)
                    .results()
                    .forEach(item -> listed.add(new Listed(item.group(1), Long.parseLong(item.group(2)))));
            Matcher next = STATE.matcher(page);
            if (!next.find()) {
                throw new IOException("no SyncState");
            }
            state = "<m:SyncState>" + next.group(1) + "</m:SyncState>";
            more = page.contains("IncludesLastItemInRange>false<");
        }
        return listed;
    }

    private static List<Listed> batch(List<Listed> listed, int from, int most) {
        int to = from + 1;
        long bytes = listed.get(from).bytes();
        while (to < listed.size() && to - from < most && bytes + listed.get(to).bytes() <= MOST_BYTES) {
            bytes += listed.get(to++).bytes();
        }
        return listed.subList(from, to);
    }

    private void save(List<Listed> batch, Account account) throws Exception {
        StringBuilder ids = new StringBuilder();
        batch.forEach(item -> ids.append("<t:ItemId Id=\"").append(item.id()).append("\"/>"));
        Path whole = job.directory().resolve(String.valueOf(++files));
        Path part = job.directory().resolve(whole.getFileName() + ".part");
        try (InputStream answer = post(GET.formatted(fields(METADATA), ids), account);
                FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            OutputStream out = Channels.newOutputStream(file);
            answer.transferTo(out);
            file.force(true);
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String fields(List<String> names) {
        StringBuilder fields = new StringBuilder();
        names.forEach(
                name -> fields.append("<t:FieldURI FieldURI=\"").append(name).append("\"/>"));
        return fields.toString();
    }

    private InputStream post(String operation, Account account) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(job.root())
                .header("Authorization", "Bearer " + account.token())
                .header("Content-Type", "text/xml; charset=utf-8")
                .header("X-AnchorMailbox", account.address())
                .header("Accept-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString(ENVELOPE.formatted(operation)))
                .build();
        HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode());
        }
        boolean gzip = answer.headers()
                .firstValue("Content-Encoding")
                .filter("gzip"::equals)
                .isPresent();
        return gzip ? new GZIPInputStream(answer.body()) : answer.body();
    }

    @Override
    public void close() {
        // the client has nothing to end
    }
}
