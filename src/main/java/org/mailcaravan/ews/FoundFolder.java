package org.mailcaravan.ews;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * A folder as GetFolder and FindFolder show it.
 *
 * @param parent the id of the folder it lies in, if the answer says so
 * @param kind its element, for example {@code t:Folder}, {@code t:SearchFolder}, {@code t:CalendarFolder}
 * @param folderClass for example {@code IPF.Note}; empty: none
 */
record FoundFolder(String id, Optional<String> parent, String name, String kind, String folderClass, boolean hidden) {
    /** Reads the folder that is the current element. */
    static FoundFolder read(XmlPull xml) throws IOException {
        Builder folder = new Builder(xml.name());
        int depth = xml.depth();
        while (xml.nextChild(depth)) {
            folder.take(xml);
        }
        return folder.build();
    }

    /** SyncFolderItems refuses these: what they show lies in other folders. */
    boolean isSearch() {
        return kind.equals("t:SearchFolder");
    }

    /** Whether it is a folder of its own that holds mail; calendars, contacts, tasks and settings are none. */
    boolean holdsMail() {
        String lower = folderClass.toLowerCase(Locale.ROOT);
        return kind.equals("t:Folder")
                && (lower.isEmpty() || lower.equals("ipf") || lower.startsWith("ipf.note") || lower.equals("ipf.imap"));
    }

    /** A folder while it is read. */
    private static final class Builder {
        private final String kind;
        private Optional<String> id = Optional.empty();
        private Optional<String> parent = Optional.empty();
        private String name = "";
        private String folderClass = "";
        private boolean hidden;

        private Builder(String kind) {
            this.kind = kind;
        }

        private void take(XmlPull xml) throws IOException {
            switch (xml.name()) {
                case "t:FolderId" -> id = xml.attribute("Id").filter(value -> !value.isEmpty());
                case "t:ParentFolderId" -> parent = xml.attribute("Id");
                case "t:DisplayName" -> name = xml.text();
                case "t:FolderClass" -> folderClass = xml.text().trim();
                case "t:ExtendedProperty" -> hidden = isTrue(xml);
                default -> {
                    // not asked for
                }
            }
        }

        /** Only one property is asked for. */
        private static boolean isTrue(XmlPull xml) throws IOException {
            boolean found = false;
            int depth = xml.depth();
            while (xml.nextChild(depth)) {
                found |= xml.name().equals("t:Value") && ItemFields.bool(xml.text());
            }
            return found;
        }

        private FoundFolder build() throws BrokenXmlException {
            return new FoundFolder(
                    id.orElseThrow(() -> new BrokenXmlException("a folder has no id")),
                    parent,
                    name,
                    kind,
                    folderClass,
                    hidden);
        }
    }
}
