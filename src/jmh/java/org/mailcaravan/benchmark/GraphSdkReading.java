package org.mailcaravan.benchmark;

import com.microsoft.graph.core.requests.BaseGraphRequestAdapter;
import com.microsoft.graph.core.requests.GraphClientFactory;
import com.microsoft.graph.core.tasks.PageIterator;
import com.microsoft.graph.models.Message;
import com.microsoft.graph.models.MessageCollectionResponse;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.kiota.serialization.JsonSerializationWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The loop that the documentation of Microsoft's SDK shows: its page iterator with ten messages per page, and one message after the other. As JSON the
 * attachments of messages that have some are read too; nothing is forced to disk.
 *
 * @see <a href="https://learn.microsoft.com/graph/sdks/paging">Page through a collection using the Microsoft Graph SDKs</a>
 * @see <a href="https://learn.microsoft.com/graph/outlook-get-mime-message">Get MIME content of a message</a>
 */
final class GraphSdkReading implements Reading {
    static final int PAGE_SIZE = 10;

    private final URI root;
    private final boolean json;
    private final Path directory;
    private final AtomicInteger files = new AtomicInteger();

    GraphSdkReading(Job job) {
        root = job.root();
        json = job.json();
        directory = job.directory();
    }

    @Override
    public void read(Account account) throws Exception {
        int before = files.get();
        GraphServiceClient graph = new GraphServiceClient(new BaseGraphRequestAdapter(
                (request, context) -> request.headers.add("Authorization", "Bearer " + account.token()),
                root.toString(),
                GraphClientFactory.create(GraphServiceClient.getGraphClientOptions())
                        .build()));
        MessageCollectionResponse first = graph.me()
                .mailFolders()
                .byMailFolderId("inbox")
                .messages()
                .get(request -> request.queryParameters.top = PAGE_SIZE);
        new PageIterator.Builder<Message, MessageCollectionResponse>()
                .client(graph)
                .collectionPage(first)
                .collectionPageFactory(MessageCollectionResponse::createFromDiscriminatorValue)
                .processPageItemCallback(message -> save(graph, message))
                .build()
                .iterate();
        if (files.get() - before != account.messages()) {
            throw new IllegalStateException("read " + (files.get() - before) + " of " + account.messages());
        }
    }

    private boolean save(GraphServiceClient graph, Message message) {
        Path file = directory.resolve(files.incrementAndGet() + (json ? ".json" : ".eml"));
        try (InputStream content = json ? json(graph, message) : mime(graph, message)) {
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream mime(GraphServiceClient graph, Message message) {
        return graph.me().messages().byMessageId(message.getId()).content().get();
    }

    private static InputStream json(GraphServiceClient graph, Message message) throws IOException {
        if (Boolean.TRUE.equals(message.getHasAttachments())) {
            message.setAttachments(graph.me()
                    .messages()
                    .byMessageId(message.getId())
                    .attachments()
                    .get()
                    .getValue());
        }
        try (JsonSerializationWriter writer = new JsonSerializationWriter()) {
            writer.writeObjectValue("", message);
            return writer.getSerializedContent();
        }
    }

    @Override
    public void close() {}
}
