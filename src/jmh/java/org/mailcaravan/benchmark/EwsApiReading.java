package org.mailcaravan.benchmark;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;
import microsoft.exchange.webservices.data.core.ExchangeService;
import microsoft.exchange.webservices.data.core.PropertySet;
import microsoft.exchange.webservices.data.core.enumeration.misc.ExchangeVersion;
import microsoft.exchange.webservices.data.core.enumeration.property.WellKnownFolderName;
import microsoft.exchange.webservices.data.core.service.item.Item;
import microsoft.exchange.webservices.data.core.service.schema.ItemSchema;
import microsoft.exchange.webservices.data.search.FindItemsResults;
import microsoft.exchange.webservices.data.search.ItemView;

/**
 * The loop that the documentation of ews-java-api shows: pages of fifty found items, and the MIME content of one item after the other. Nothing is forced to disk.
 *
 * @see <a href="https://github.com/OfficeDev/ews-java-api/wiki/Getting-Started-Guide">Getting started guide</a>
 */
final class EwsApiReading implements Reading {
    static final int PAGE_SIZE = 50;

    private final URI url;
    private final Path directory;
    private final AtomicInteger files = new AtomicInteger();

    EwsApiReading(Job job) {
        url = job.root();
        directory = job.directory();
    }

    @Override
    public void read(Account account) throws Exception {
        int before = files.get();
        try (ExchangeService service = new ExchangeService(ExchangeVersion.Exchange2010_SP2)) {
            service.setUrl(url);
            service.getHttpHeaders().put("Authorization", "Bearer " + account.token());
            ItemView view = new ItemView(PAGE_SIZE);
            FindItemsResults<Item> found;
            do {
                found = service.findItems(WellKnownFolderName.Inbox, view);
                for (Item item : found.getItems()) {
                    save(item);
                }
                view.setOffset(view.getOffset() + PAGE_SIZE);
            } while (found.isMoreAvailable());
        }
        if (files.get() - before != account.messages()) {
            throw new IllegalStateException("read " + (files.get() - before) + " of " + account.messages());
        }
    }

    private void save(Item item) throws Exception {
        item.load(new PropertySet(ItemSchema.MimeContent));
        write(item.getMimeContent().getContent());
    }

    private void write(byte[] content) throws IOException {
        Path whole = directory.resolve(String.valueOf(files.incrementAndGet()));
        Path part = directory.resolve(whole.getFileName() + ".part");
        Files.write(part, content);
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        // its connections end with each reading
    }
}
