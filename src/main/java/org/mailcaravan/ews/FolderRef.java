package org.mailcaravan.ews;

import java.util.Locale;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.mailcaravan.mailbox.Mailbox;

/**
 * A folder by its distinguished name or by its id; EWS writes the two differently.
 *
 * @param named whether {@code value} is a name that EWS knows, in lower case
 */
record FolderRef(boolean named, String value) {
    /** DistinguishedFolderIdNameType (MS-OXWSFOLD), as far as it names what holds folders rather than mail. */
    private static final Set<String> ROOTS = Set.of(
            "root",
            "searchfolders",
            "recoverableitemsroot",
            "archiveroot",
            "archiverecoverableitemsroot",
            "archiverecoverableitemsdeletions",
            "publicfoldersroot");

    /** @param nameOrId what is no name is an id */
    static FolderRef of(String nameOrId) {
        String lower = nameOrId.toLowerCase(Locale.ROOT);
        return FolderEntry.isDistinguished(lower) || ROOTS.contains(lower)
                ? new FolderRef(true, lower)
                : new FolderRef(false, nameOrId);
    }

    void write(XMLStreamWriter xml, Mailbox mailbox) throws XMLStreamException {
        if (named) {
            EwsRequest.distinguished(xml, mailbox, value);
        } else {
            EwsRequest.reference(xml, "FolderId", value);
        }
    }
}
