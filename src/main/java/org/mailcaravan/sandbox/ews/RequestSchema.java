package org.mailcaravan.sandbox.ews;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Microsoft's schema (messages.xsd, types.xsd) for the requests this server answers: order of elements, attributes and simple
 * values. Names are unambiguous in this part of the schema, so one table by name is enough.
 */
final class RequestSchema {
    private static final String BOOLEAN = "true|false|1|0";
    private static final String NUMBER = "[0-9]{1,9}";
    private static final String FOLDER_REFERENCES = "t:FolderId|t:DistinguishedFolderId";
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

    private static final Map<String, ContentModel> MODELS = new HashMap<>();
    private static final Map<String, Map<String, Pattern>> ATTRIBUTES = new HashMap<>();
    private static final Map<String, Pattern> TEXTS = new HashMap<>();

    static {
        operations();
        shapes();
        references();
    }

    private RequestSchema() {}

    private static void operations() {
        model("m:GetFolder", "m:FolderShape m:FolderIds");
        model(
                "m:FindFolder",
                "m:FolderShape m:IndexedPageFolderView|m:FractionalPageFolderView? m:Restriction? m:ParentFolderIds");
        model(
                "m:FindItem",
                "m:ItemShape m:IndexedPageItemView|m:FractionalPageItemView|m:CalendarView|m:ContactsView?"
                        + " m:GroupBy|m:DistinguishedGroupBy? m:Restriction? m:SortOrder? m:ParentFolderIds m:QueryString?");
        model(
                "m:SyncFolderItems",
                "m:ItemShape m:SyncFolderId m:SyncState? m:Ignore? m:MaxChangesReturned m:SyncScope? m:NumberOfDays?"
                        + " m:MinimumCount? m:MaximumCount?");
        model("m:GetItem", "m:ItemShape m:ItemIds");
        attributes("m:FindFolder", "Traversal", "Shallow|Deep|SoftDeleted");
        attributes("m:FindItem", "Traversal", "Shallow|SoftDeleted|Associated");
        for (String view : List.of("m:IndexedPageFolderView", "m:IndexedPageItemView")) {
            attributes(view, "MaxEntriesReturned?", NUMBER, "Offset", NUMBER, "BasePoint", "Beginning|End");
        }
        model("m:SortOrder", "t:FieldOrder+");
        model("t:FieldOrder", "t:FieldURI|t:IndexedFieldURI|t:ExtendedFieldURI");
        attributes("t:FieldOrder", "Order", "Ascending|Descending");
        text("m:MaxChangesReturned", "0*([1-9]|[1-9][0-9]|[1-4][0-9]{2}|50[0-9]|51[0-2])");
        text("m:SyncScope", "NormalItems|NormalAndAssociatedItems");
        text("m:SyncState", "(?s)[A-Za-z0-9+/=\\s]*");
        List.of("m:NumberOfDays", "m:MinimumCount", "m:MaximumCount").forEach(name -> text(name, NUMBER));
    }

    private static void shapes() {
        model("m:FolderShape", "t:BaseShape t:AdditionalProperties?");
        model(
                "m:ItemShape",
                "t:BaseShape t:IncludeMimeContent? t:BodyType? t:UniqueBodyType? t:NormalizedBodyType?"
                        + " t:FilterHtmlContent? t:ConvertHtmlCodePageToUTF8? t:InlineImageUrlTemplate?"
                        + " t:BlockExternalImages? t:AddBlankTargetToLinks? t:MaximumBodySize? t:AdditionalProperties?");
        text("t:BaseShape", "IdOnly|Default|AllProperties");
        List.of("t:BodyType", "t:UniqueBodyType", "t:NormalizedBodyType").forEach(name -> text(name, "Best|HTML|Text"));
        List.of(
                        "t:IncludeMimeContent",
                        "t:FilterHtmlContent",
                        "t:ConvertHtmlCodePageToUTF8",
                        "t:BlockExternalImages",
                        "t:AddBlankTargetToLinks")
                .forEach(name -> text(name, BOOLEAN));
        text("t:MaximumBodySize", NUMBER);
        model("t:AdditionalProperties", "t:FieldURI|t:IndexedFieldURI|t:ExtendedFieldURI+");
        empty("t:FieldURI", "FieldURI", FieldUris.PATTERN);
        empty("t:IndexedFieldURI", "FieldURI", "[a-z]+:[A-Za-z:]+", "FieldIndex", ".*");
        empty(
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

    private static void references() {
        List.of("m:FolderIds", "m:ParentFolderIds").forEach(name -> model(name, FOLDER_REFERENCES + "+"));
        model("m:SyncFolderId", FOLDER_REFERENCES + "|t:AddressListId");
        model("m:ItemIds", "t:ItemId|t:OccurrenceItemId|t:RecurringMasterItemId|t:RecurringMasterItemIdRanges+");
        model("m:Ignore", "t:ItemId+");
        empty("t:FolderId", "Id", ".*", "ChangeKey?", ".*");
        empty("t:ItemId", "Id", ".*", "ChangeKey?", ".*");
        model("t:DistinguishedFolderId", "t:Mailbox?");
        attributes("t:DistinguishedFolderId", "Id", DISTINGUISHED, "ChangeKey?", ".*");
        model("t:Mailbox", "t:Name? t:EmailAddress? t:RoutingType? t:MailboxType? t:ItemId? t:OriginalDisplayName?");
    }

    private static void model(String name, String notation) {
        MODELS.put(name, new ContentModel(notation));
    }

    private static void empty(String name, String... attributes) {
        model(name, "");
        attributes(name, attributes);
    }

    /** Pairs of a name ({@code ?} = optional) and a pattern. */
    private static void attributes(String name, String... pairs) {
        Map<String, Pattern> patterns = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            patterns.put(pairs[i], Pattern.compile(pairs[i + 1], Pattern.DOTALL));
        }
        ATTRIBUTES.put(name, patterns);
    }

    private static void text(String name, String pattern) {
        TEXTS.put(name, Pattern.compile(pattern));
        model(name, "");
    }

    /**
     * Checks an operation element with all it holds.
     *
     * @throws EwsFault ErrorSchemaValidation with line, position and violation
     */
    static void check(XmlElement element) throws EwsFault {
        if (ATTRIBUTES.containsKey(element.name()) || MODELS.containsKey(element.name())) {
            checkAttributes(element, ATTRIBUTES.getOrDefault(element.name(), Map.of()));
        }
        checkText(element);
        if (MODELS.containsKey(element.name())) {
            MODELS.get(element.name()).check(element);
        }
        for (XmlElement child : element.children()) {
            check(child);
        }
    }

    private static void checkText(XmlElement element) throws EwsFault {
        Pattern text = TEXTS.get(element.name());
        boolean elementOnly = text == null
                && MODELS.containsKey(element.name())
                && !element.text().isBlank();
        if (elementOnly) {
            throw EwsFault.schema(
                    "The element " + Namespaces.quoted(element.name()) + " cannot contain text.", element.place());
        }
        if (text != null && !text.matcher(element.text().strip()).matches()) {
            throw EwsFault.schema(
                    "The " + Namespaces.quoted(element.name())
                            + " element is invalid - its value is invalid according to" + " its datatype.",
                    element.place());
        }
    }

    private static void checkAttributes(XmlElement element, Map<String, Pattern> declared) throws EwsFault {
        for (Map.Entry<String, Pattern> entry : declared.entrySet()) {
            checkAttribute(element, entry.getKey(), entry.getValue());
        }
        for (String present : element.attributes().keySet()) {
            boolean known = declared.containsKey(present) || declared.containsKey(present + "?");
            if (!known && !present.startsWith("xsi:") && !present.startsWith("{")) {
                throw EwsFault.schema("The '" + present + "' attribute is not declared.", element.place());
            }
        }
    }

    private static void checkAttribute(XmlElement element, String notation, Pattern pattern) throws EwsFault {
        boolean optional = notation.endsWith("?");
        String name = optional ? notation.substring(0, notation.length() - 1) : notation;
        String value = element.attributes().get(name);
        if (value == null && !optional) {
            throw EwsFault.schema("The required attribute '" + name + "' is missing.", element.place());
        }
        if (value != null && !pattern.matcher(value).matches()) {
            throw EwsFault.schema(
                    "The '" + name + "' attribute is invalid - The value '" + abbreviated(value)
                            + "' is invalid according to its datatype.",
                    element.place());
        }
    }

    private static String abbreviated(String value) {
        return value.length() <= 64 ? value : value.substring(0, 64) + "…";
    }
}
