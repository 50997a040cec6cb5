package org.mailcaravan.sandbox.ews;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The values of {@code UnindexedFieldURIType} for folders, items and messages (types.xsd). */
final class FieldUris {
    private static final String FOLDER = "FolderId ParentFolderId DisplayName UnreadCount TotalCount ChildFolderCount"
            + " FolderClass SearchParameters ManagedFolderInformation PermissionSet EffectiveRights SharingEffectiveRights"
            + " DistinguishedFolderId PolicyTag ArchiveTag ReplicaList";
    private static final String ITEM =
            "ItemId ParentFolderId ItemClass MimeContent Attachments Subject DateTimeReceived"
                    + " Size Categories HasAttachments Importance InReplyTo InternetMessageHeaders IsAssociated IsDraft IsFromMe"
                    + " IsResend IsSubmitted IsUnmodified DateTimeSent DateTimeCreated Body ResponseObjects Sensitivity"
                    + " ReminderDueBy ReminderIsSet ReminderNextTime ReminderMinutesBeforeStart DisplayTo DisplayCc Culture"
                    + " EffectiveRights LastModifiedName LastModifiedTime ConversationId UniqueBody Flag StoreEntryId InstanceKey"
                    + " NormalizedBody EntityExtractionResult PolicyTag ArchiveTag RetentionDate Preview NextPredictedAction"
                    + " GroupingAction PredictedActionReasons IsClutter RightsManagementLicenseData BlockStatus HasBlockedImages"
                    + " WebClientReadFormQueryString WebClientEditFormQueryString TextBody IconIndex MimeContentUTF8";
    private static final String MESSAGE =
            "ConversationIndex ConversationTopic InternetMessageId IsRead IsResponseRequested"
                    + " IsReadReceiptRequested IsDeliveryReceiptRequested ReceivedBy ReceivedRepresenting References ReplyTo From"
                    + " Sender ToRecipients CcRecipients BccRecipients ApprovalRequestData VotingInformation ReminderMessageData";

    /** One regular expression for all of them. */
    static final String PATTERN =
            alternatives("folder", FOLDER) + "|" + alternatives("item", ITEM) + "|" + alternatives("message", MESSAGE)
                    + "|(?:meeting|meetingRequest|calendar|task|contacts|postitem):[A-Za-z:]+";

    private FieldUris() {}

    private static String alternatives(String prefix, String names) {
        return Arrays.stream(names.split(" ")).collect(Collectors.joining("|", prefix + ":(?:", ")"));
    }
}
