package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.ID_ONLY;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.mail.Lag;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.w3c.dom.Element;

/** SyncFolderItems: F31 of the reliability sheet needs what is shown here. */
class EwsSyncTest {
    private static final String INBOX = distinguished("inbox");

    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);
    private final SandboxFolder inbox = mailbox.wellKnownFolder("inbox");
    private final SandboxFolder junk = mailbox.wellKnownFolder("junkemail");

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    /** What a client knows of one folder, learnt from pages only: read flag by item id. */
    private final class Follower {
        final Map<String, Boolean> known = new LinkedHashMap<>();
        private final String folder;
        private final int limit;
        String state = "";
        int pages;

        Follower(String folder, int limit) {
            this.folder = folder;
            this.limit = limit;
        }

        boolean page() {
            EwsClient.Reply reply = client.sync(withReadFlag(), folder, state, limit);
            assertThat(reply.codes()).containsExactly("NoError");
            List<Element> changes = elements(reply.all(MESSAGES, "Changes").get(0));
            assertThat(changes).hasSizeLessThanOrEqualTo(limit);
            changes.forEach(this::apply);
            state = reply.one(MESSAGES, "SyncState");
            pages++;
            return reply.one(MESSAGES, "IncludesLastItemInRange").equals("true");
        }

        void toTheEnd() {
            while (!page()) {
                assertThat(pages).as("pages").isLessThan(1000);
            }
        }

        private void apply(Element change) {
            String id = first(change, "ItemId").getAttribute("Id");
            if (change.getLocalName().equals("Delete")) {
                known.remove(id);
            } else {
                known.put(id, first(change, "IsRead").getTextContent().equals("true"));
            }
        }
    }

    @Test
    void initialListingComesNewestFirstInPages() {
        List<String> subjects = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            subjects.add(0, "mail " + i);
            sandbox.deliver(mailbox, "mail " + i);
        }

        List<String> listed = new ArrayList<>();
        EwsClient.Reply reply = client.sync(withSubject(), INBOX, "", 3);
        listed.addAll(reply.texts(TYPES, "Subject"));
        while (reply.one(MESSAGES, "IncludesLastItemInRange").equals("false")) {
            reply = client.sync(withSubject(), INBOX, reply.one(MESSAGES, "SyncState"), 3);
            listed.addAll(reply.texts(TYPES, "Subject"));
        }

        assertThat(listed).isEqualTo(subjects);
        assertThat(reply.all(TYPES, "Create")).hasSize(1);
        assertThat(reply.all(TYPES, "Message").get(0).getParentNode().getLocalName())
                .isEqualTo("Create");
    }

    @Test
    void emptyFolderIsAtItsEndAtOnce() {
        EwsClient.Reply reply = client.sync(INBOX, "", 512);

        assertThat(reply.one(MESSAGES, "IncludesLastItemInRange")).isEqualTo("true");
        assertThat(elements(reply.all(MESSAGES, "Changes").get(0))).isEmpty();
        assertThat(EwsFoldersTest.children(
                        reply.all(MESSAGES, "SyncFolderItemsResponseMessage").get(0)))
                .containsExactly("ResponseCode", "SyncState", "IncludesLastItemInRange", "Changes");
    }

    @Test
    void eachKindOfChangeHasItsElement() {
        SandboxMessage read = sandbox.deliver(mailbox, "to be read");
        SandboxMessage edited = sandbox.deliver(mailbox, "to be edited");
        SandboxMessage moved = sandbox.deliver(mailbox, "to be moved");
        String state = client.sync(INBOX, "", 512).one(MESSAGES, "SyncState");

        mailbox.setRead(read.number(), true);
        mailbox.edit(edited.number(), "edited");
        mailbox.move(moved.number(), junk);
        SandboxMessage arrived = sandbox.deliver(mailbox, "new");
        EwsClient.Reply reply = client.sync(INBOX, state, 512);

        Map<String, String> kinds = elements(reply.all(MESSAGES, "Changes").get(0)).stream()
                .collect(Collectors.toMap(change -> first(change, "ItemId").getAttribute("Id"), Element::getLocalName));
        assertThat(kinds)
                .containsOnly(
                        Map.entry(read.itemId(), "ReadFlagChange"),
                        Map.entry(edited.itemId(), "Update"),
                        Map.entry(moved.itemId(), "Delete"),
                        Map.entry(arrived.itemId(), "Create"));
        assertThat(reply.one(TYPES, "IsRead")).isEqualTo("true");
    }

    @Test
    void changesOfOneItemBecomeTheirNetEffect() {
        SandboxMessage old = sandbox.deliver(mailbox, "old");
        String state = client.sync(INBOX, "", 512).one(MESSAGES, "SyncState");

        SandboxMessage shortLived = sandbox.deliver(mailbox, "came and went");
        mailbox.purge(shortLived.number());
        SandboxMessage fresh = sandbox.deliver(mailbox, "new and read");
        mailbox.setRead(fresh.number(), true);
        mailbox.setRead(old.number(), true);
        mailbox.edit(old.number(), "old, edited");
        EwsClient.Reply reply = client.sync(INBOX, state, 512);

        assertThat(elements(reply.all(MESSAGES, "Changes").get(0)).stream().map(Element::getLocalName))
                .containsExactly("Delete", "Create", "Update");
        assertThat(reply.itemIds()).containsExactly(shortLived.itemId(), fresh.itemId(), old.itemId());
    }

    @Test
    void moveGivesANewItemIdAndKeepsTheSearchKey() {
        SandboxMessage message = sandbox.deliver(mailbox, "on the move");
        String before = client.sync(withSearchKey(), INBOX, "", 10).one(TYPES, "Value");
        mailbox.move(message.number(), junk);

        EwsClient.Reply there = client.sync(withSearchKey(), distinguished("junkemail"), "", 10);

        assertThat(there.one(TYPES, "Value")).isEqualTo(before);
        assertThat(Base64.getDecoder().decode(before)).isEqualTo(message.searchKey());
        assertThat(there.itemIds()).hasSize(1).doesNotContain(message.itemId());
        assertThat(there.all(TYPES, "ExtendedFieldURI").get(0).getAttribute("PropertyTag"))
                .isEqualTo("0x300b");
    }

    @Test
    void additionalPropertiesComeInSchemaOrder() {
        sandbox.deliver(mailbox, "ordered");

        EwsClient.Reply reply = client.sync(
                shape("<t:FieldURI FieldURI=\"message:InternetMessageId\"/><t:FieldURI FieldURI=\"message:From\"/>"
                        + "<t:ExtendedFieldURI PropertyTag=\"0x300B\" PropertyType=\"Binary\"/>"
                        + "<t:FieldURI FieldURI=\"item:Size\"/><t:FieldURI FieldURI=\"item:DateTimeReceived\"/>"
                        + "<t:FieldURI FieldURI=\"item:Subject\"/>"),
                INBOX,
                "",
                10);

        assertThat(EwsFoldersTest.children(reply.all(TYPES, "Message").get(0)))
                .containsExactly(
                        "ItemId",
                        "Subject",
                        "DateTimeReceived",
                        "Size",
                        "ExtendedProperty",
                        "From",
                        "InternetMessageId");
        assertThat(reply.one(TYPES, "DateTimeReceived")).matches("2026-11-2\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }

    @Test
    void contentIsRefusedHere() {
        sandbox.deliver(mailbox, "content");
        List<String> shapes = List.of(
                EwsClient.MIME,
                shape("<t:FieldURI FieldURI=\"item:Body\"/>"),
                shape("<t:FieldURI FieldURI=\"item:MimeContent\"/>"),
                shape("<t:FieldURI FieldURI=\"item:Attachments\"/>"));

        assertThat(shapes)
                .allSatisfy(
                        shape -> assertThat(client.sync(shape, INBOX, "", 10).codes())
                                .containsExactly("ErrorInvalidPropertyRequest"));
    }

    @Test
    void senselessExtendedPropertyIsRefused() {
        String shape = shape("<t:ExtendedFieldURI PropertyName=\"x\" PropertyType=\"String\"/>");

        assertThat(client.sync(shape, INBOX, "", 10).codes()).containsExactly("ErrorInvalidExtendedProperty");
    }

    @Test
    void ignoredItemsAreLeftOut() {
        SandboxMessage own = sandbox.deliver(mailbox, "own");
        SandboxMessage other = sandbox.deliver(mailbox, "other");

        EwsClient.Reply reply = client.call("<m:SyncFolderItems>" + ID_ONLY + "<m:SyncFolderId>" + INBOX
                + "</m:SyncFolderId><m:Ignore><t:ItemId Id=\"" + own.itemId() + "\"/></m:Ignore>"
                + "<m:MaxChangesReturned>10</m:MaxChangesReturned><m:SyncScope>NormalItems</m:SyncScope>"
                + "</m:SyncFolderItems>");

        assertThat(reply.itemIds()).containsExactly(other.itemId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA", "H4sIAAAAAAAEAGNgYGBgAAAAAP//", "not base64 =="})
    void stateOfAnotherServerIsInvalid(String state) {
        assertThat(client.sync(INBOX, state, 10).text())
                .containsAnyOf("ErrorInvalidSyncStateData", "ErrorSchemaValidation");
    }

    @Test
    void damagedStateIsInvalid() {
        sandbox.deliver(mailbox, "one");
        String state = client.sync(INBOX, "", 10).one(MESSAGES, "SyncState");
        String cut = state.substring(0, state.length() - 8);
        String flipped = state.substring(0, 20) + (state.charAt(20) == 'A' ? 'B' : 'A') + state.substring(21);

        assertThat(client.sync(INBOX, cut, 10).codes()).containsExactly("ErrorInvalidSyncStateData");
        assertThat(client.sync(INBOX, flipped, 10).codes()).containsExactly("ErrorInvalidSyncStateData");
        assertThat(client.sync(INBOX, state, 10).codes()).containsExactly("NoError");
    }

    @Test
    void stateOfAnotherFolderOrMailboxIsInvalid() {
        SandboxMailbox other = sandbox.newMailbox();
        String foreign = sandbox.client(other).sync(INBOX, "", 10).one(MESSAGES, "SyncState");
        String junkState = client.sync(distinguished("junkemail"), "", 10).one(MESSAGES, "SyncState");

        assertThat(client.sync(INBOX, foreign, 10).codes()).containsExactly("ErrorInvalidSyncStateData");
        assertThat(client.sync(INBOX, junkState, 10).codes()).containsExactly("ErrorInvalidSyncStateData");
    }

    @Test
    void statesCanBeInvalidatedByTheControlApi() throws Exception {
        String state = client.sync(INBOX, "", 10).one(MESSAGES, "SyncState");

        int status = ControlCall.post(
                sandbox.tenant, "ews/invalidate-sync-states", "{\"mailbox\":\"" + mailbox.userPrincipalName() + "\"}");

        assertThat(status).isEqualTo(200);
        assertThat(client.sync(INBOX, state, 10).codes()).containsExactly("ErrorInvalidSyncStateData");
        assertThat(client.sync(INBOX, "", 10).codes()).containsExactly("NoError");
    }

    @Test
    void absentFolderCannotBeSynchronized() {
        SandboxMailbox other = sandbox.newMailbox();

        assertThat(client.sync(distinguished("outbox"), "", 10).codes()).containsExactly("ErrorSyncFolderNotFound");
        assertThat(client.sync(
                                "<t:FolderId Id=\""
                                        + other.wellKnownFolder("inbox").ewsId() + "\"/>",
                                "",
                                10)
                        .codes())
                .containsExactly("ErrorSyncFolderNotFound");
        assertThat(client.sync("<t:FolderId Id=\"garbage\"/>", "", 10).codes())
                .containsExactly("ErrorInvalidIdMalformed");
    }

    @Test
    void stateGrowsWithWhatWasReported() {
        String empty = client.sync(INBOX, "", 10).one(MESSAGES, "SyncState");
        for (int i = 0; i < 40; i++) {
            sandbox.deliver(mailbox, "mail " + i);
        }

        String after = client.sync(INBOX, empty, 512).one(MESSAGES, "SyncState");

        assertThat(after.length()).isGreaterThan(empty.length() + 300);
        assertThat(after).matches("[A-Za-z0-9+/]+=*");
    }

    @Test
    void lateRemovalIsToldAfterTheNextReading() {
        SandboxMessage message = sandbox.deliver(mailbox, "late");
        Follower follower = new Follower(INBOX, 10);
        follower.toTheEnd();
        mailbox.move(message.number(), junk, Lag.REMOVAL_LATE);

        follower.toTheEnd();
        assertThat(follower.known).containsKey(message.itemId());
        follower.toTheEnd();
        assertThat(follower.known).isEmpty();
    }

    @Test
    void listingGoesOnAlthoughItsLastMessageHasGone() {
        List<SandboxMessage> messages = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            messages.add(0, sandbox.deliver(mailbox, "mail " + i));
        }
        Follower follower = new Follower(INBOX, 2);
        follower.page();
        mailbox.purge(messages.get(1).number());

        follower.toTheEnd();

        assertThat(follower.known.keySet()).isEqualTo(itemIds(inbox));
    }

    @Test
    void walkWithMovesDeletionsAndReadFlagsEndsAtTheModel() {
        for (long seed = 1; seed <= 4; seed++) {
            walk(new Random(seed), seed);
        }
    }

    private void walk(Random random, long seed) {
        Follower inInbox = new Follower(INBOX, 1 + random.nextInt(7));
        Follower inJunk = new Follower(distinguished("junkemail"), 1 + random.nextInt(7));
        for (int step = 0; step < 120; step++) {
            change(random, step);
            if (random.nextInt(4) == 0) {
                (random.nextBoolean() ? inInbox : inJunk).page();
            }
        }
        for (int round = 0; round < 3; round++) { // the listing, then its log, then the lines that were late
            inInbox.toTheEnd();
            inJunk.toTheEnd();
        }
        assertThat(inInbox.known).as("inbox, seed %d", seed).isEqualTo(model(inbox));
        assertThat(inJunk.known).as("junk, seed %d", seed).isEqualTo(model(junk));
    }

    private void change(Random random, int step) {
        List<SandboxMessage> all = mailbox.messages();
        int dice = all.size() < 5 ? 0 : random.nextInt(8);
        SandboxMessage any = all.isEmpty() ? null : all.get(random.nextInt(all.size()));
        switch (dice) {
            case 3 -> mailbox.move(any.number(), inbox, Lag.values()[random.nextInt(3)]);
            case 4 -> mailbox.move(any.number(), junk, Lag.values()[random.nextInt(3)]);
            case 5 -> mailbox.purge(any.number());
            case 6 -> mailbox.setRead(any.number(), !any.isRead());
            case 7 -> mailbox.edit(any.number(), "edit " + step);
            default -> sandbox.deliver(mailbox, random.nextBoolean() ? inbox : junk, "mail " + step);
        }
    }

    private Map<String, Boolean> model(SandboxFolder folder) {
        return mailbox.messages(folder).stream()
                .collect(Collectors.toMap(SandboxMessage::itemId, SandboxMessage::isRead));
    }

    private Set<String> itemIds(SandboxFolder folder) {
        return model(folder).keySet();
    }

    private static String withReadFlag() {
        return shape("<t:FieldURI FieldURI=\"message:IsRead\"/>");
    }

    private static String withSubject() {
        return shape("<t:FieldURI FieldURI=\"item:Subject\"/>");
    }

    private static String withSearchKey() {
        return shape("<t:ExtendedFieldURI PropertyTag=\"0x300B\" PropertyType=\"Binary\"/>");
    }

    private static String shape(String additional) {
        return "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>" + additional
                + "</t:AdditionalProperties></m:ItemShape>";
    }

    private static List<Element> elements(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (var child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }

    private static Element first(Element parent, String name) {
        return (Element) parent.getElementsByTagNameNS(TYPES, name).item(0);
    }
}
