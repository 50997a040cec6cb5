package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.ID_ONLY;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.mail.FollowUp;
import org.mailcaravan.sandbox.mail.Importance;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** UpdateItem, MoveItem, CopyItem, DeleteItem and the operations on folders. */
class EwsWriteTest {
    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);
    private final SandboxMessage message = sandbox.deliver(mailbox, "written");

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterEach
    void nothingPlannedAnyMore() {
        sandbox.tenant.faults().clear();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private SandboxMessage now() {
        return mailbox.findMessage(message.number()).orElseThrow();
    }

    private EwsClient.Reply update(String resolution, String reference, String updates) {
        return client.call("<m:UpdateItem ConflictResolution=\"" + resolution + "\" MessageDisposition=\"SaveOnly\""
                + " SuppressReadReceipts=\"true\"><m:ItemChanges><t:ItemChange>" + reference + "<t:Updates>" + updates
                + "</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>");
    }

    private static String set(String uri, String property) {
        return "<t:SetItemField><t:FieldURI FieldURI=\"" + uri + "\"/><t:Message>" + property
                + "</t:Message></t:SetItemField>";
    }

    private static String reference(SandboxMessage message) {
        return "<t:ItemId Id=\"" + message.itemId() + "\" ChangeKey=\"" + message.changeKey() + "\"/>";
    }

    @Test
    void readFlagCategoriesFollowUpAndImportanceAreSetTogether() {
        EwsClient.Reply reply = update(
                "AutoResolve",
                reference(message),
                set("message:IsRead", "<t:IsRead>true</t:IsRead>")
                        + set("item:Categories", "<t:Categories><t:String>Red</t:String></t:Categories>")
                        + set(
                                "item:Flag",
                                "<t:Flag><t:FlagStatus>Flagged</t:FlagStatus>"
                                        + "<t:DueDate>2026-12-01T00:00:00Z</t:DueDate></t:Flag>")
                        + set("item:Importance", "<t:Importance>High</t:Importance>"));

        assertThat(reply.codes()).containsExactly("NoError");
        assertThat(reply.itemIds()).containsExactly(message.itemId());
        assertThat(reply.all(MESSAGES, "ConflictResults")).hasSize(1);
        assertThat(now().isRead()).isTrue();
        assertThat(now().marks().categories()).containsExactly("Red");
        assertThat(now().marks().followUp())
                .isEqualTo(new FollowUp(
                        FollowUp.Status.FLAGGED,
                        Optional.empty(),
                        Optional.of(Instant.parse("2026-12-01T00:00:00Z")),
                        Optional.empty()));
        assertThat(now().importance()).isEqualTo(Importance.HIGH);
    }

    @Test
    void deletedFieldsAreEmpty() {
        update(
                "AlwaysOverwrite",
                reference(message),
                set("item:Categories", "<t:Categories><t:String>A</t:String></t:Categories>"));

        update(
                "AlwaysOverwrite",
                reference(message),
                "<t:DeleteItemField><t:FieldURI FieldURI=\"item:Categories\"/></t:DeleteItemField>");

        assertThat(now().marks().categories()).isEmpty();
    }

    @Test
    void staleChangeKeyConflictsUnlessItIsToBeOverwritten() {
        String stale = reference(message);
        String withoutKey = "<t:ItemId Id=\"" + message.itemId() + "\"/>";
        String read = set("message:IsRead", "<t:IsRead>true</t:IsRead>");
        mailbox.edit(message.number(), "meanwhile");

        assertThat(update("NeverOverwrite", stale, read).codes()).containsExactly("ErrorIrresolvableConflict");
        assertThat(update("AutoResolve", withoutKey, read).codes()).containsExactly("ErrorChangeKeyRequired");
        assertThat(now().isRead()).isFalse();
        assertThat(update("AlwaysOverwrite", withoutKey, read).codes()).containsExactly("NoError");
        assertThat(now().isRead()).isTrue();
    }

    @Test
    void badUpdatesAreTold() {
        assertThat(update("AlwaysOverwrite", reference(message), set("item:Size", "<t:Size>1</t:Size>"))
                        .codes())
                .containsExactly("ErrorInvalidPropertySet");
        assertThat(update(
                                "AlwaysOverwrite",
                                reference(message),
                                set("message:IsRead", "<t:Importance>High</t:Importance>"))
                        .codes())
                .containsExactly("ErrorUpdatePropertyMismatch");
        assertThat(update(
                                "AlwaysOverwrite",
                                reference(message),
                                set("message:IsRead", "<t:Importance>Low</t:Importance><t:IsRead>true</t:IsRead>"))
                        .codes())
                .containsExactly("ErrorIncorrectUpdatePropertyCount");
        assertThat(client.call("<m:UpdateItem ConflictResolution=\"AutoResolve\"><m:ItemChanges><t:ItemChange>"
                                + reference(message) + "<t:Updates/></t:ItemChange></m:ItemChanges></m:UpdateItem>")
                        .faultCode())
                .isEqualTo("ErrorMessageDispositionRequired");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<t:SetItemField><t:Message><t:IsRead>true</t:IsRead></t:Message><t:FieldURI"
                        + " FieldURI=\"message:IsRead\"/></t:SetItemField>",
                "<t:SetItemField><t:FieldURI FieldURI=\"message:IsRead\"/><t:Message><t:IsRead>yes</t:IsRead>"
                        + "</t:Message></t:SetItemField>",
                "<t:SetItemField><t:FieldURI FieldURI=\"message:IsRead\"/><t:Message><t:IsRead>true</t:IsRead>"
                        + "<t:Importance>Low</t:Importance></t:Message></t:SetItemField>"
            })
    void updatesOutOfTheSchemaAreRefused(String updates) {
        assertThat(update("AutoResolve", reference(message), updates).faultCode())
                .isEqualTo("ErrorSchemaValidation");
    }

    private String transfer(String operation, String folder, String more, String... ids) {
        StringBuilder items = new StringBuilder();
        for (String id : ids) {
            items.append("<t:ItemId Id=\"").append(id).append("\"/>");
        }
        return "<m:" + operation + "><m:ToFolderId>" + folder + "</m:ToFolderId><m:ItemIds>" + items + "</m:ItemIds>"
                + more + "</m:" + operation + ">";
    }

    @Test
    void movedItemsHaveNewIdsUnlessTheyAreNotWanted() {
        SandboxMessage other = sandbox.deliver(mailbox, "other");

        EwsClient.Reply reply =
                client.call(transfer("MoveItem", distinguished("junkemail"), "", message.itemId(), "AAA="));
        EwsClient.Reply silent = client.call(transfer(
                "MoveItem",
                distinguished("junkemail"),
                "<m:ReturnNewItemIds>false</m:ReturnNewItemIds>",
                other.itemId()));

        assertThat(reply.codes()).containsExactly("NoError", "ErrorInvalidIdMalformed");
        assertThat(reply.itemIds()).containsExactly(now().itemId()).doesNotContain(message.itemId());
        assertThat(now().folder()).isEqualTo(mailbox.wellKnownFolder("junkemail"));
        assertThat(silent.codes()).containsExactly("NoError");
        assertThat(silent.itemIds()).isEmpty();
        assertThat(client.getItem(ID_ONLY, message.itemId()).codes()).containsExactly("ErrorItemNotFound");
    }

    @Test
    void copyIsAnotherItem() {
        EwsClient.Reply reply =
                client.call(transfer("CopyItem", distinguished("archivemsgfolderroot"), "", message.itemId()));
        EwsClient.Reply done = client.call(transfer("CopyItem", distinguished("drafts"), "", message.itemId()));

        assertThat(reply.codes()).containsExactly("ErrorToFolderNotFound");
        assertThat(done.codes()).containsExactly("NoError");
        assertThat(mailbox.messages(mailbox.wellKnownFolder("drafts")))
                .extracting(SandboxMessage::itemId)
                .isEqualTo(done.itemIds());
        assertThat(now().folder()).isEqualTo(mailbox.wellKnownFolder("inbox"));
    }

    @Test
    void itemsOfOneMailboxDoNotGoToAnother() {
        SandboxMailbox shared = sandbox.newMailbox();
        sandbox.tenant
                .directory()
                .setDelegate(shared.ownerId().toString(), mailbox.ownerId().toString(), true);
        String inbox = "<t:FolderId Id=\"" + shared.wellKnownFolder("inbox").ewsId() + "\"/>";

        assertThat(client.call(transfer("MoveItem", inbox, "", message.itemId()))
                        .codes())
                .containsExactly("ErrorCrossMailboxMoveCopy");
    }

    private EwsClient.Reply delete(String type, SandboxMessage deleted) {
        return client.call("<m:DeleteItem DeleteType=\"" + type + "\"><m:ItemIds><t:ItemId Id=\"" + deleted.itemId()
                + "\"/></m:ItemIds></m:DeleteItem>");
    }

    @Test
    void deletedItemsGoToTheBinOrForGood() {
        SandboxMessage other = sandbox.deliver(mailbox, "other");
        SandboxMessage third = sandbox.deliver(mailbox, "third");

        assertThat(delete("MoveToDeletedItems", message).codes()).containsExactly("NoError");
        assertThat(delete("HardDelete", other).codes()).containsExactly("NoError");
        assertThat(delete("SoftDelete", third).codes()).containsExactly("NoError");
        assertThat(delete("HardDelete", third).codes()).containsExactly("ErrorItemNotFound");

        assertThat(mailbox.messages()).extracting(SandboxMessage::number).containsExactly(message.number());
        assertThat(now().folder()).isEqualTo(mailbox.wellKnownFolder("deleteditems"));
    }

    @Test
    void plannedErrorChangesNothing() {
        sandbox.tenant
                .faults()
                .add(Faults.Rule.next(1, "ews:DeleteItem", EwsFaults.itemError("ErrorServerBusy", 0, false, 100)));

        assertThat(delete("HardDelete", message).codes()).containsExactly("ErrorServerBusy");
        assertThat(now().folder()).isEqualTo(mailbox.wellKnownFolder("inbox"));
    }

    private String createFolder(String name) {
        EwsClient.Reply reply = client.call("<m:CreateFolder><m:ParentFolderId>" + distinguished("inbox")
                + "</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>" + name
                + "</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>");
        return reply.codes().get(0).equals("NoError")
                ? reply.all(EwsClient.TYPES, "FolderId").get(0).getAttribute("Id")
                : reply.codes().get(0);
    }

    @Test
    void foldersAreMadeRenamedMovedAndDeleted() {
        String id = createFolder("Made");
        String reference = "<t:FolderId Id=\"" + id + "\"/>";

        assertThat(createFolder("made")).isEqualTo("ErrorFolderExists");
        assertThat(client.call("<m:UpdateFolder><m:FolderChanges><t:FolderChange>" + reference
                                + "<t:Updates><t:SetFolderField><t:FieldURI FieldURI=\"folder:DisplayName\"/><t:Folder>"
                                + "<t:DisplayName>Renamed</t:DisplayName></t:Folder></t:SetFolderField></t:Updates>"
                                + "</t:FolderChange></m:FolderChanges></m:UpdateFolder>")
                        .codes())
                .containsExactly("NoError");
        assertThat(client.call("<m:MoveFolder><m:ToFolderId>" + distinguished("msgfolderroot")
                                + "</m:ToFolderId><m:FolderIds>" + reference + distinguished("inbox")
                                + "</m:FolderIds></m:MoveFolder>")
                        .codes())
                .containsExactly("NoError", "ErrorDeleteDistinguishedFolder");
        SandboxFolder folder = mailbox.findFolder(id).orElseThrow();
        assertThat(folder.displayName()).isEqualTo("Renamed");
        assertThat(folder.parentEwsId())
                .contains(mailbox.wellKnownFolder("msgfolderroot").ewsId());
        assertThat(client.call("<m:DeleteFolder DeleteType=\"HardDelete\"><m:FolderIds>" + reference
                                + "</m:FolderIds></m:DeleteFolder>")
                        .codes())
                .isEqualTo(List.of("NoError"));
        assertThat(mailbox.findFolder(id)).isEmpty();
    }
}
