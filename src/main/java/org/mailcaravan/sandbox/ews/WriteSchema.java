package org.mailcaravan.sandbox.ews;

import static org.mailcaravan.sandbox.ews.SchemaTable.BOOLEAN;
import static org.mailcaravan.sandbox.ews.SchemaTable.FOLDER;
import static org.mailcaravan.sandbox.ews.SchemaTable.PATH;

import java.util.List;

/** The requests that change something. */
final class WriteSchema {
    private static final String ITEM_ID = "t:ItemId|t:OccurrenceItemId|t:RecurringMasterItemId";
    private static final String DELETE_TYPE = "HardDelete|SoftDelete|MoveToDeletedItems";
    private static final String DISPOSITION = "SaveOnly|SendOnly|SendAndSaveCopy";
    private static final String FOLDERS = "t:Folder|t:CalendarFolder|t:ContactsFolder|t:SearchFolder|t:TasksFolder";
    private static final String ITEMS = "t:Item|t:Message|t:CalendarItem|t:Contact|t:DistributionList|t:MeetingMessage"
            + "|t:MeetingRequest|t:MeetingResponse|t:MeetingCancellation|t:Task|t:PostItem";
    private static final String ITEM_TYPE = "t:MimeContent? t:ItemId? t:ParentFolderId? t:ItemClass? t:Subject?"
            + " t:Sensitivity? t:Body? t:Attachments? t:DateTimeReceived? t:Size? t:Categories? t:Importance?"
            + " t:InReplyTo? t:IsSubmitted? t:IsDraft? t:IsFromMe? t:IsResend? t:IsUnmodified?"
            + " t:InternetMessageHeaders? t:DateTimeSent? t:DateTimeCreated? t:ResponseObjects? t:ReminderDueBy?"
            + " t:ReminderIsSet? t:ReminderNextTime? t:ReminderMinutesBeforeStart? t:DisplayCc? t:DisplayTo?"
            + " t:HasAttachments? t:ExtendedProperty* t:Culture? t:EffectiveRights? t:LastModifiedName?"
            + " t:LastModifiedTime? t:IsAssociated? t:WebClientReadFormQueryString? t:WebClientEditFormQueryString?"
            + " t:ConversationId? t:UniqueBody? t:Flag? t:StoreEntryId? t:InstanceKey? t:NormalizedBody?"
            + " t:EntityExtractionResult? t:PolicyTag? t:ArchiveTag? t:RetentionDate? t:Preview?";
    private static final String MESSAGE_TYPE = " t:Sender? t:ToRecipients? t:CcRecipients? t:BccRecipients?"
            + " t:IsReadReceiptRequested? t:IsDeliveryReceiptRequested? t:ConversationIndex? t:ConversationTopic?"
            + " t:From? t:InternetMessageId? t:IsRead? t:IsResponseRequested? t:References? t:ReplyTo? t:ReceivedBy?"
            + " t:ReceivedRepresenting? t:ApprovalRequestData? t:VotingInformation? t:ReminderMessageData?";

    private final SchemaTable table;

    private WriteSchema(SchemaTable table) {
        this.table = table;
    }

    static void addTo(SchemaTable table) {
        WriteSchema schema = new WriteSchema(table);
        schema.items();
        schema.properties();
        schema.folders();
        schema.ids();
    }

    private void items() {
        table.model("m:UpdateItem", "m:SavedItemFolderId? m:ItemChanges");
        table.attributes(
                "m:UpdateItem",
                "ConflictResolution",
                "NeverOverwrite|AutoResolve|AlwaysOverwrite",
                "MessageDisposition?",
                DISPOSITION,
                "SendMeetingInvitationsOrCancellations?",
                "SendToNone|SendOnlyToAll|SendOnlyToChanged|SendToAllAndSaveCopy|SendToChangedAndSaveCopy",
                "SuppressReadReceipts?",
                BOOLEAN);
        table.model("m:SavedItemFolderId", FOLDER + "|t:AddressListId");
        table.model("m:ItemChanges", "t:ItemChange+");
        table.model("t:ItemChange", ITEM_ID + " t:Updates");
        table.model(
                "t:Updates",
                "t:AppendToItemField|t:SetItemField|t:DeleteItemField"
                        + "|t:AppendToFolderField|t:SetFolderField|t:DeleteFolderField*");
        List.of("t:SetItemField", "t:AppendToItemField").forEach(name -> table.model(name, PATH + " " + ITEMS));
        table.model("t:DeleteItemField", PATH);
        List.of("m:MoveItem", "m:CopyItem")
                .forEach(name -> table.model(name, "m:ToFolderId m:ItemIds m:ReturnNewItemIds?"));
        table.model("m:ToFolderId", FOLDER + "|t:AddressListId");
        table.text("m:ReturnNewItemIds", BOOLEAN);
        table.model("m:DeleteItem", "m:ItemIds");
        table.attributes(
                "m:DeleteItem",
                "DeleteType",
                DELETE_TYPE,
                "SendMeetingCancellations?",
                "SendToNone|SendOnlyToAll|SendToAllAndSaveCopy",
                "AffectedTaskOccurrences?",
                "AllOccurrences|SpecifiedOccurrenceOnly",
                "SuppressReadReceipts?",
                BOOLEAN);
    }

    private void properties() {
        table.model("t:Item", ITEM_TYPE);
        table.model("t:Message", ITEM_TYPE + MESSAGE_TYPE);
        table.text("t:IsRead", BOOLEAN);
        table.text("t:Importance", "Low|Normal|High");
        table.model("t:Categories", "t:String*");
        table.text("t:String", "(?s).*");
        table.model("t:Flag", "t:FlagStatus t:StartDate? t:DueDate? t:CompleteDate?");
        table.text("t:FlagStatus", "NotFlagged|Flagged|Complete");
        String time = "-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?";
        List.of("t:StartDate", "t:DueDate", "t:CompleteDate").forEach(name -> table.text(name, time));
    }

    private void folders() {
        table.model("m:CreateFolder", "m:ParentFolderId m:Folders");
        table.model("m:ParentFolderId", FOLDER + "|t:AddressListId");
        table.model("m:Folders", FOLDERS + "+");
        table.model(
                "t:Folder",
                "t:FolderId? t:ParentFolderId? t:FolderClass? t:DisplayName? t:TotalCount? t:ChildFolderCount?"
                        + " t:ExtendedProperty* t:ManagedFolderInformation? t:EffectiveRights?"
                        + " t:DistinguishedFolderId? t:PolicyTag? t:ArchiveTag? t:ReplicaList? t:PermissionSet?"
                        + " t:UnreadCount?");
        table.text("t:DisplayName", "(?s).*");
        table.text("t:FolderClass", "(?s).*");
        table.model("m:UpdateFolder", "m:FolderChanges");
        table.model("m:FolderChanges", "t:FolderChange+");
        table.model("t:FolderChange", FOLDER + " t:Updates");
        List.of("t:SetFolderField", "t:AppendToFolderField").forEach(name -> table.model(name, PATH + " " + FOLDERS));
        table.model("t:DeleteFolderField", PATH);
        table.model("m:MoveFolder", "m:ToFolderId m:FolderIds");
        table.model("m:DeleteFolder", "m:FolderIds");
        table.attributes("m:DeleteFolder", "DeleteType", DELETE_TYPE);
    }

    private void ids() {
        table.model("m:ConvertId", "m:SourceIds");
        table.attributes("m:ConvertId", "DestinationFormat", AlternateIdFormat.PATTERN);
        table.model("m:SourceIds", "t:AlternateId|t:AlternatePublicFolderId|t:AlternatePublicFolderItemId+");
        table.empty(
                "t:AlternateId",
                "Format",
                AlternateIdFormat.PATTERN,
                "Id",
                ".*",
                "Mailbox",
                ".*",
                "IsArchive?",
                BOOLEAN);
    }
}
