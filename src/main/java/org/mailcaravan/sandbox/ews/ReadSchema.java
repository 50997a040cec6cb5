package org.mailcaravan.sandbox.ews;

import static org.mailcaravan.sandbox.ews.SchemaTable.BOOLEAN;
import static org.mailcaravan.sandbox.ews.SchemaTable.FOLDER;
import static org.mailcaravan.sandbox.ews.SchemaTable.NUMBER;
import static org.mailcaravan.sandbox.ews.SchemaTable.PATH;

import java.util.List;

/** The requests that read, and what all requests are made of: shapes and references. */
final class ReadSchema {
    private static final String DISTINGUISHED =
            "calendar|contacts|deleteditems|drafts|inbox|journal|notes|outbox|sentitems"
                    + "|tasks|msgfolderroot|publicfoldersroot|root|junkemail|searchfolders|voicemail|recoverableitemsroot"
                    + "|recoverableitemsdeletions|recoverableitemsversions|recoverableitemspurges"
                    + "|recoverableitemsdiscoveryholds|archiveroot|archivemsgfolderroot|archivedeleteditems|archiveinbox"
                    + "|archiverecoverableitemsroot|archiverecoverableitemsdeletions|archiverecoverableitemsversions"
                    + "|archiverecoverableitemspurges|archiverecoverableitemsdiscoveryholds|syncissues|conflicts|localfailures"
                    + "|serverfailures|recipientcache|quickcontacts|conversationhistory|adminauditlogs|todosearch|mycontacts"
                    + "|directory|imcontactlist|peopleconnect|favorites";
    private static final String PROPERTY_TYPE = "ApplicationTime|ApplicationTimeArray|Binary|BinaryArray|Boolean|CLSID"
            + "|CLSIDArray|Currency|CurrencyArray|Double|DoubleArray|Error|Float|FloatArray|Integer|IntegerArray|Long"
            + "|LongArray|Null|Object|ObjectArray|Short|ShortArray|SystemTime|SystemTimeArray|String|StringArray";

    private final SchemaTable table;

    private ReadSchema(SchemaTable table) {
        this.table = table;
    }

    static void addTo(SchemaTable table) {
        ReadSchema schema = new ReadSchema(table);
        schema.operations();
        schema.shapes();
        schema.references();
        schema.restrictions();
    }

    private void operations() {
        table.model("m:GetFolder", "m:FolderShape m:FolderIds");
        table.model(
                "m:FindFolder",
                "m:FolderShape m:IndexedPageFolderView|m:FractionalPageFolderView? m:Restriction? m:ParentFolderIds");
        table.model(
                "m:FindItem",
                "m:ItemShape m:IndexedPageItemView|m:FractionalPageItemView|m:CalendarView|m:ContactsView?"
                        + " m:GroupBy|m:DistinguishedGroupBy? m:Restriction? m:SortOrder? m:ParentFolderIds m:QueryString?");
        table.model(
                "m:SyncFolderItems",
                "m:ItemShape m:SyncFolderId m:SyncState? m:Ignore? m:MaxChangesReturned m:SyncScope? m:NumberOfDays?"
                        + " m:MinimumCount? m:MaximumCount?");
        table.model("m:SyncFolderHierarchy", "m:FolderShape m:SyncFolderId? m:SyncState?");
        table.model("m:GetItem", "m:ItemShape m:ItemIds");
        table.model("m:GetAttachment", "m:AttachmentShape? m:AttachmentIds");
        table.attributes("m:FindFolder", "Traversal", "Shallow|Deep|SoftDeleted");
        table.attributes("m:FindItem", "Traversal", "Shallow|SoftDeleted|Associated");
        for (String view : List.of("m:IndexedPageFolderView", "m:IndexedPageItemView")) {
            table.attributes(view, "MaxEntriesReturned?", NUMBER, "Offset", NUMBER, "BasePoint", "Beginning|End");
        }
        table.model("m:SortOrder", "t:FieldOrder+");
        table.model("t:FieldOrder", PATH);
        table.attributes("t:FieldOrder", "Order", "Ascending|Descending");
        table.text("m:MaxChangesReturned", "0*([1-9]|[1-9][0-9]|[1-4][0-9]{2}|50[0-9]|51[0-2])");
        table.text("m:SyncScope", "NormalItems|NormalAndAssociatedItems");
        table.text("m:SyncState", "(?s)[A-Za-z0-9+/=\\s]*");
        List.of("m:NumberOfDays", "m:MinimumCount", "m:MaximumCount").forEach(name -> table.text(name, NUMBER));
    }

    private void shapes() {
        table.model("m:FolderShape", "t:BaseShape t:AdditionalProperties?");
        table.model(
                "m:ItemShape",
                "t:BaseShape t:IncludeMimeContent? t:BodyType? t:UniqueBodyType? t:NormalizedBodyType?"
                        + " t:FilterHtmlContent? t:ConvertHtmlCodePageToUTF8? t:InlineImageUrlTemplate?"
                        + " t:BlockExternalImages? t:AddBlankTargetToLinks? t:MaximumBodySize? t:AdditionalProperties?");
        table.model(
                "m:AttachmentShape", "t:IncludeMimeContent? t:BodyType? t:FilterHtmlContent? t:AdditionalProperties?");
        table.text("t:BaseShape", "IdOnly|Default|AllProperties");
        List.of("t:BodyType", "t:UniqueBodyType", "t:NormalizedBodyType")
                .forEach(name -> table.text(name, "Best|HTML|Text"));
        List.of(
                        "t:IncludeMimeContent",
                        "t:FilterHtmlContent",
                        "t:ConvertHtmlCodePageToUTF8",
                        "t:BlockExternalImages",
                        "t:AddBlankTargetToLinks")
                .forEach(name -> table.text(name, BOOLEAN));
        table.text("t:MaximumBodySize", NUMBER);
        table.model("t:AdditionalProperties", PATH + "+");
        table.empty("t:FieldURI", "FieldURI", FieldUris.PATTERN);
        table.empty("t:IndexedFieldURI", "FieldURI", "[a-z]+:[A-Za-z:]+", "FieldIndex", ".*");
        table.empty(
                "t:ExtendedFieldURI",
                "DistinguishedPropertySetId?",
                "[A-Za-z]+",
                "PropertySetId?",
                "[0-9A-Fa-f-]{36}",
                "PropertyTag?",
                "0[xX][0-9A-Fa-f]{1,4}|[0-9]{1,5}",
                "PropertyName?",
                ".*",
                "PropertyId?",
                "-?[0-9]{1,10}",
                "PropertyType",
                PROPERTY_TYPE);
    }

    private void references() {
        List.of("m:FolderIds", "m:ParentFolderIds").forEach(name -> table.model(name, FOLDER + "+"));
        table.model("m:SyncFolderId", FOLDER + "|t:AddressListId");
        table.model("m:ItemIds", "t:ItemId|t:OccurrenceItemId|t:RecurringMasterItemId|t:RecurringMasterItemIdRanges+");
        table.model("m:Ignore", "t:ItemId+");
        table.model("m:AttachmentIds", "t:AttachmentId+");
        table.empty("t:AttachmentId", "Id", ".*");
        table.empty("t:FolderId", "Id", ".*", "ChangeKey?", ".*");
        table.empty("t:ItemId", "Id", ".*", "ChangeKey?", ".*");
        table.model("t:DistinguishedFolderId", "t:Mailbox?");
        table.attributes("t:DistinguishedFolderId", "Id", DISTINGUISHED, "ChangeKey?", ".*");
        table.model(
                "t:Mailbox", "t:Name? t:EmailAddress? t:RoutingType? t:MailboxType? t:ItemId? t:OriginalDisplayName?");
    }

    private void restrictions() {
        String expression = "t:Exists|t:Excludes|t:IsEqualTo|t:IsNotEqualTo|t:IsGreaterThan|t:IsGreaterThanOrEqualTo"
                + "|t:IsLessThan|t:IsLessThanOrEqualTo|t:Contains|t:Not|t:And|t:Or";
        List.of("m:Restriction", "t:Not").forEach(name -> table.model(name, expression));
        List.of("t:And", "t:Or").forEach(name -> table.model(name, expression + "+"));
        List.of(
                        "t:IsEqualTo",
                        "t:IsNotEqualTo",
                        "t:IsGreaterThan",
                        "t:IsGreaterThanOrEqualTo",
                        "t:IsLessThan",
                        "t:IsLessThanOrEqualTo")
                .forEach(name -> table.model(name, PATH + " t:FieldURIOrConstant"));
        table.model("t:FieldURIOrConstant", PATH + "|t:Constant");
        table.empty("t:Constant", "Value", ".*");
        table.model("t:Contains", PATH + " t:Constant");
        table.attributes(
                "t:Contains",
                "ContainmentMode?",
                "FullString|Prefixed|Substring|PrefixOnWords|ExactPhrase",
                "ContainmentComparison?",
                "Exact|IgnoreCase|IgnoreNonSpacingCharacters|Loose|IgnoreCaseAndNonSpacingCharacters"
                        + "|LooseAndIgnoreCase|LooseAndIgnoreNonSpace|LooseAndIgnoreCaseAndIgnoreNonSpace");
    }
}
