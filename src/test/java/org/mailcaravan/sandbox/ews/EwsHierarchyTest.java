package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** SyncFolderHierarchy and ConvertId. */
class EwsHierarchyTest {
    private static final String SHAPE = "<m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>";

    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private EwsClient.Reply sync(String root, String state) {
        String folder = root.isEmpty() ? "" : "<m:SyncFolderId>" + root + "</m:SyncFolderId>";
        String known = state.isEmpty() ? "" : "<m:SyncState>" + state + "</m:SyncState>";
        return client.call("<m:SyncFolderHierarchy>" + SHAPE + folder + known + "</m:SyncFolderHierarchy>");
    }

    private static List<String> ids(EwsClient.Reply reply, String change) {
        return reply.all(TYPES, change).stream()
                .map(element -> ((org.w3c.dom.Element) element.getElementsByTagNameNS(TYPES, "FolderId")
                                .item(0))
                        .getAttribute("Id"))
                .toList();
    }

    @Test
    void firstEverythingThenOnlyWhatChanged() {
        SandboxFolder kept = mailbox.addFolder(mailbox.wellKnownFolder("inbox"), "Kept");
        SandboxFolder gone = mailbox.addFolder(mailbox.wellKnownFolder("inbox"), "Gone");

        EwsClient.Reply all = sync("", "");
        mailbox.rename(kept, "Renamed");
        mailbox.purge(gone);
        SandboxFolder made = mailbox.addFolder(kept, "Made");
        EwsClient.Reply changes = sync("", all.one(MESSAGES, "SyncState"));
        EwsClient.Reply nothing = sync("", changes.one(MESSAGES, "SyncState"));

        assertThat(ids(all, "Create"))
                .contains(mailbox.wellKnownFolder("inbox").ewsId(), kept.ewsId(), gone.ewsId())
                .doesNotContain(mailbox.wellKnownFolder("msgfolderroot").ewsId());
        assertThat(all.one(MESSAGES, "IncludesLastFolderInRange")).isEqualTo("true");
        assertThat(ids(changes, "Create")).containsExactly(made.ewsId());
        assertThat(ids(changes, "Update")).containsExactly(kept.ewsId());
        assertThat(changes.texts(TYPES, "DisplayName")).contains("Renamed");
        assertThat(ids(changes, "Delete")).containsExactly(gone.ewsId());
        assertThat(nothing.all(MESSAGES, "Changes").get(0).hasChildNodes()).isFalse();
    }

    @Test
    void folderThatIsMovedOutOfTheTreeIsDeletedThereAndItsReturnCreatesIt() {
        SandboxFolder root = mailbox.addFolder(mailbox.wellKnownFolder("inbox"), "Root");
        SandboxFolder child = mailbox.addFolder(root, "Child");
        String reference = "<t:FolderId Id=\"" + root.ewsId() + "\"/>";
        EwsClient.Reply first = sync(reference, "");

        mailbox.move(child, mailbox.wellKnownFolder("archive"));
        EwsClient.Reply left = sync(reference, first.one(MESSAGES, "SyncState"));
        mailbox.move(child, root);
        EwsClient.Reply back = sync(reference, left.one(MESSAGES, "SyncState"));

        assertThat(ids(first, "Create")).containsExactly(child.ewsId());
        assertThat(ids(left, "Delete")).containsExactly(child.ewsId());
        assertThat(ids(back, "Create")).containsExactly(child.ewsId());
    }

    @Test
    void strangeStatesAndFoldersAreTold() {
        String items = client.sync(EwsClient.distinguished("inbox"), "", 10).one(MESSAGES, "SyncState");
        String good = sync("", "").one(MESSAGES, "SyncState");

        assertThat(sync("", items).codes()).containsExactly("ErrorInvalidSyncStateData");
        assertThat(sync(EwsClient.distinguished("inbox"), good).codes()).containsExactly("ErrorInvalidSyncStateData");
        assertThat(sync(EwsClient.distinguished("archiveroot"), "").codes()).containsExactly("ErrorSyncFolderNotFound");
        assertThat(client.call("<m:SyncFolderHierarchy><m:SyncState>AAAA</m:SyncState>" + SHAPE
                                + "</m:SyncFolderHierarchy>")
                        .faultCode())
                .isEqualTo("ErrorSchemaValidation");
    }

    private EwsClient.Reply convert(String source, String id, String target) {
        return client.call("<m:ConvertId DestinationFormat=\"" + target + "\"><m:SourceIds><t:AlternateId Format=\""
                + source + "\" Id=\"" + id + "\" Mailbox=\"" + mailbox.userPrincipalName()
                + "\"/></m:SourceIds></m:ConvertId>");
    }

    @Test
    void idsAreWrittenInEveryFormAndReadBack() {
        String itemId = sandbox.deliver(mailbox, "converted").itemId();

        for (String format : List.of("EwsLegacyId", "EwsId", "EntryId", "HexEntryId", "StoreId", "OwaId")) {
            EwsClient.Reply there = convert("EwsId", itemId, format);
            String other = there.all(MESSAGES, "AlternateId").get(0).getAttribute("Id");
            EwsClient.Reply back = convert(format, other, "EwsId");

            assertThat(there.codes()).containsExactly("NoError");
            assertThat(back.all(MESSAGES, "AlternateId").get(0).getAttribute("Id"))
                    .as(format)
                    .isEqualTo(itemId);
        }
    }

    @Test
    void strangeIdsAreNotConverted() {
        assertThat(convert("HexEntryId", "nothex", "EwsId").codes()).containsExactly("ErrorInvalidIdMalformed");
        assertThat(convert("RestId", "x", "EwsId").faultCode()).isEqualTo("ErrorSchemaValidation");
    }
}
