package org.mailcaravan.ews;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;

/** Reads the answer to GetFolder: one response message per reference, in their order. What the mailbox does not have is left out. */
final class FolderReader implements EwsClient.Reader<Map<String, FoundFolder>> {
    private final Access access;
    private final List<String> references;

    /** @param references distinguished names or ids, as they were asked for */
    FolderReader(Access access, List<String> references) {
        this.access = access;
        this.references = references;
    }

    @Override
    public Map<String, FoundFolder> read(XmlPull xml, String requestId) throws IOException, RefusedException {
        Map<String, FoundFolder> folders = new LinkedHashMap<>();
        int answered = 0;
        int frame = xml.depth();
        while (xml.nextChild(frame)) {
            if (answered == references.size()) {
                throw new BrokenXmlException("there are more folders than were asked for");
            }
            String reference = references.get(answered++);
            folder(xml, reference, requestId).ifPresent(found -> folders.put(reference, found));
        }
        if (answered < references.size()) {
            throw new BrokenXmlException("there are fewer folders than were asked for");
        }
        xml.finish();
        return folders;
    }

    /**
     * @return empty if the mailbox has no such folder
     * @throws ConsentRequiredException if it is the inbox, which every mailbox has: EWS hides what a delegate or an application may not see
     */
    private Optional<FoundFolder> folder(XmlPull xml, String reference, String requestId)
            throws IOException, RefusedException {
        ResponseHead head = ResponseHead.begin(xml, "GetFolder", requestId);
        Optional<FoundFolder> folder = Optional.empty();
        int message = xml.depth();
        while (xml.nextChild(message)) {
            if (!head.take(xml) && xml.name().equals("m:Folders")) {
                folder = first(xml);
            }
        }
        Optional<EwsRefusal> refusal = head.refusal();
        if (refusal.isEmpty()) {
            return Optional.of(folder.orElseThrow(() -> new BrokenXmlException("a folder is missing")));
        }
        if (!isMissing(refusal.get(), reference)) {
            throw new RefusedException(refusal.get());
        }
        if (access != Access.OWNER && reference.equals("inbox")) {
            throw refusal.get().toDenial(access);
        }
        return Optional.empty();
    }

    /** An id that somebody wrote into the settings may be no id at all. */
    private static boolean isMissing(EwsRefusal refusal, String reference) {
        return refusal.kind() == EwsRefusal.Kind.FOLDER_GONE
                || refusal.is("ErrorItemNotFound")
                || !FolderEntry.isDistinguished(reference) && refusal.code().startsWith("ErrorInvalidId");
    }

    private static Optional<FoundFolder> first(XmlPull xml) throws IOException {
        Optional<FoundFolder> found = Optional.empty();
        int folders = xml.depth();
        while (xml.nextChild(folders)) {
            FoundFolder folder = FoundFolder.read(xml);
            found = found.or(() -> Optional.of(folder));
        }
        return found;
    }
}
