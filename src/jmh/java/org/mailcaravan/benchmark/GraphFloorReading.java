package org.mailcaravan.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/**
 * The least that could do it: the component's requests with its concurrency by the bare client of the JDK, each message to a temporary file that is forced to
 * disk and renamed. No ledger, no event, no retries, nothing is checked.
 */
final class GraphFloorReading implements Reading {
    private static final int IN_PARALLEL = 4;
    private static final int PAGE_SIZE = 100;
    private static final String EVENT_FIELDS = "id,subject,from,sender,toRecipients,ccRecipients,bccRecipients,replyTo,"
            + "receivedDateTime,sentDateTime,createdDateTime,lastModifiedDateTime,internetMessageId,conversationId,"
            + "parentFolderId,hasAttachments,importance,categories,isDraft,flag,inferenceClassification,changeKey";
    private static final String JSON_FIELDS = EVENT_FIELDS + ",body,uniqueBody,bodyPreview,internetMessageHeaders,"
            + "conversationIndex,isReadReceiptRequested,isDeliveryReceiptRequested,webLink";
    private static final String ITEM = "#microsoft.graph.itemAttachment";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService downloads = Executors.newFixedThreadPool(IN_PARALLEL);
    /** Base64 of the largest file is one text of more than 20 million characters. */
    private final ObjectMapper mapper = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private final AtomicInteger files = new AtomicInteger();
    private final Job job;

    GraphFloorReading(Job job) {
        this.job = job;
    }

    @Override
    public void read(Account account) throws Exception {
        int before = files.get();
        String fields = job.json() ? JSON_FIELDS : EVENT_FIELDS;
        String next = job.root() + "/me/mailFolders/inbox/messages?$select=" + fields
                + "&$orderby=receivedDateTime%20desc&$top=" + PAGE_SIZE;
        while (!next.isEmpty()) {
            JsonNode page = mapper.readTree(get(next, account));
            List<Callable<Void>> tasks = new ArrayList<>();
            page.path("value").forEach(message -> tasks.add(() -> save(message, account)));
            for (Future<Void> task : downloads.invokeAll(tasks)) {
                task.get();
            }
            next = page.path("@odata.nextLink").asText("");
        }
        if (files.get() - before != account.messages()) {
            throw new IllegalStateException("read " + (files.get() - before) + " of " + account.messages());
        }
    }

    private Void save(JsonNode message, Account account) throws Exception {
        String path = job.root() + "/me/messages/"
                + URLEncoder.encode(message.path("id").asText(), StandardCharsets.UTF_8);
        List<byte[]> parts = new ArrayList<>();
        if (!job.json()) {
            parts.add(get(path + "/$value", account));
        } else {
            parts.add(mapper.writeValueAsBytes(message));
            attachments(message, path + "/attachments", account, parts);
        }
        write(parts);
        return null;
    }

    private void attachments(JsonNode message, String path, Account account, List<byte[]> parts) throws Exception {
        boolean inline = message.path("body").path("content").asText().contains("cid:");
        if (!message.path("hasAttachments").asBoolean() && !inline) {
            return;
        }
        byte[] answer = get(path, account);
        parts.add(answer);
        for (JsonNode attachment : mapper.readTree(answer).path("value")) {
            if (attachment.path("@odata.type").asText().equals(ITEM)) {
                String id = URLEncoder.encode(attachment.path("id").asText(), StandardCharsets.UTF_8);
                parts.add(get(path + "/" + id + "?$expand=microsoft.graph.itemattachment/item", account));
            }
        }
    }

    private void write(List<byte[]> parts) throws IOException {
        Path whole = job.directory().resolve(String.valueOf(files.incrementAndGet()));
        Path part = job.directory().resolve(whole.getFileName() + ".part");
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (byte[] bytes : parts) {
                file.write(ByteBuffer.wrap(bytes));
            }
            file.force(true);
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    private byte[] get(String url, Account account) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + account.token())
                .header("Prefer", "IdType=\"ImmutableId\"")
                .header("Accept-Encoding", "gzip")
                .build();
        HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
            boolean gzip = answer.headers()
                    .firstValue("Content-Encoding")
                    .filter("gzip"::equals)
                    .isPresent();
            return (gzip ? new GZIPInputStream(body) : body).readAllBytes();
        }
    }

    @Override
    public void close() {
        downloads.shutdownNow();
    }
}
