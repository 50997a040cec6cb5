package org.mailcaravan.sandbox.ews;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.FolderCounts;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** The properties of {@code t:Folder} this server knows, in the order of the schema. */
enum FolderField {
    FOLDER_ID("folder:FolderId", (out, view) -> writeId(out, "t:FolderId", view.folder.ewsId())),
    PARENT_FOLDER_ID("folder:ParentFolderId", (out, view) -> {
        if (view.folder.parentEwsId().isPresent()) {
            writeId(out, "t:ParentFolderId", view.folder.parentEwsId().get());
        }
    }),
    FOLDER_CLASS("folder:FolderClass", (out, view) -> out.element("t:FolderClass", "IPF.Note")),
    DISPLAY_NAME("folder:DisplayName", (out, view) -> out.element("t:DisplayName", view.folder.displayName())),
    TOTAL_COUNT("folder:TotalCount", (out, view) -> out.element("t:TotalCount", view.counts.total())),
    CHILD_FOLDER_COUNT(
            "folder:ChildFolderCount", (out, view) -> out.element("t:ChildFolderCount", view.counts.childFolders())),
    /** PidTagAttributeHidden; asked for as an extended property only. */
    HIDDEN("", (out, view) -> {
        out.start("t:ExtendedProperty").start("t:ExtendedFieldURI");
        out.attribute("PropertyTag", "0x10f4")
                .attribute("PropertyType", "Boolean")
                .end();
        out.element("t:Value", view.folder.hidden()).end();
    }),
    DISTINGUISHED_FOLDER_ID("folder:DistinguishedFolderId", (out, view) -> {
        Optional<String> name = view.folder.wellKnownName().filter(known -> !known.equals("archive"));
        if (name.isPresent()) {
            out.element("t:DistinguishedFolderId", name.get());
        }
    }),
    UNREAD_COUNT("folder:UnreadCount", (out, view) -> out.element("t:UnreadCount", view.counts.unread()));

    /** Folders never change their properties here, so one key serves all. */
    static final String CHANGE_KEY = "AQAAABYAAABzYW5kYm94AAAAAAAA";

    private static final Set<FolderField> DEFAULTS =
            EnumSet.of(FOLDER_ID, DISPLAY_NAME, TOTAL_COUNT, CHILD_FOLDER_COUNT, UNREAD_COUNT);

    private final String uri;
    private final Writer writer;

    private record View(SandboxFolder folder, FolderCounts counts) {}

    @FunctionalInterface
    private interface Writer {
        void write(SoapWriter out, View view) throws XMLStreamException;
    }

    FolderField(String uri, Writer writer) {
        this.uri = uri;
        this.writer = writer;
    }

    /** The fields a {@code m:FolderShape} asks for. */
    static Set<FolderField> of(XmlElement shape, ServerVersion version) {
        EnumSet<FolderField> fields = switch (BaseShape.of(shape)) {
            case ID_ONLY -> EnumSet.of(FOLDER_ID);
            case DEFAULT -> EnumSet.copyOf(DEFAULTS);
            case ALL_PROPERTIES -> EnumSet.complementOf(EnumSet.of(HIDDEN));
        };
        shape.find("t:AdditionalProperties").stream()
                .flatMap(additional -> additional.children().stream())
                .flatMap(uri -> uri.attribute("FieldURI").stream())
                .forEach(wanted -> Arrays.stream(values())
                        .filter(field -> !wanted.isEmpty() && field.uri.equals(wanted))
                        .forEach(fields::add));
        if (shape.find("t:AdditionalProperties").stream()
                .flatMap(additional -> additional.children().stream())
                .anyMatch(FolderField::isHidden)) {
            fields.add(HIDDEN);
        }
        if (!version.isAtLeast(ServerVersion.EXCHANGE2013)) {
            fields.remove(DISTINGUISHED_FOLDER_ID);
        }
        return fields;
    }

    private static boolean isHidden(XmlElement uri) {
        return uri.attribute("PropertyTag").filter("0x10f4"::equalsIgnoreCase).isPresent()
                && uri.attribute("PropertyType").filter("Boolean"::equals).isPresent();
    }

    static void write(SoapWriter out, SandboxMailbox mailbox, SandboxFolder folder, Set<FolderField> fields)
            throws XMLStreamException {
        View view = new View(folder, mailbox.counts(folder));
        out.start("t:Folder");
        for (FolderField field : fields) {
            field.writer.write(out, view);
        }
        out.end();
    }

    static void writeId(SoapWriter out, String name, String id) throws XMLStreamException {
        out.start(name).attribute("Id", id).attribute("ChangeKey", CHANGE_KEY).end();
    }
}
