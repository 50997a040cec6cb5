package org.mailcaravan.ews;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailFolder;

/** Reads the answer to GetFolder: one response message per name, in the order of the names. */
final class FolderReader implements EwsClient.Reader<List<MailFolder>> {
    private final Access access;
    private final List<String> names;

    FolderReader(Access access, List<String> names) {
        this.access = access;
        this.names = names;
    }

    @Override
    public List<MailFolder> read(XmlPull xml, String requestId) throws IOException, RefusedException {
        List<MailFolder> folders = new ArrayList<>();
        int answered = 0;
        int frame = xml.depth();
        while (xml.nextChild(frame)) {
            if (answered == names.size()) {
                throw new BrokenXmlException("there are more folders than were asked for");
            }
            String name = names.get(answered++);
            folder(xml, name, requestId).ifPresent(id -> folders.add(new MailFolder(id, name)));
        }
        if (answered < names.size()) {
            throw new BrokenXmlException("there are fewer folders than were asked for");
        }
        xml.finish();
        return List.copyOf(folders);
    }

    /**
     * @return empty if the mailbox has no such folder
     * @throws ConsentRequiredException if it is the inbox, which every mailbox has: EWS hides what a delegate or an application may not see
     */
    private Optional<String> folder(XmlPull xml, String name, String requestId) throws IOException, RefusedException {
        ResponseHead head = ResponseHead.begin(xml, "GetFolder", requestId);
        Optional<String> id = Optional.empty();
        int message = xml.depth();
        while (xml.nextChild(message)) {
            if (!head.take(xml) && xml.name().equals("m:Folders")) {
                id = firstId(xml);
            }
        }
        Optional<EwsRefusal> refusal = head.refusal();
        if (refusal.isEmpty()) {
            return Optional.of(id.orElseThrow(() -> new BrokenXmlException("a folder has no id")));
        }
        if (refusal.get().kind() == EwsRefusal.Kind.FOLDER_GONE || refusal.get().is("ErrorItemNotFound")) {
            if (access != Access.OWNER && name.equals("inbox")) {
                throw refusal.get().toDenial(access);
            }
            return Optional.empty();
        }
        throw new RefusedException(refusal.get());
    }

    private static Optional<String> firstId(XmlPull xml) throws IOException {
        Optional<String> id = Optional.empty();
        int folders = xml.depth();
        while (xml.nextDescendant(folders)) {
            if (id.isEmpty() && xml.name().equals("t:FolderId")) {
                id = xml.attribute("Id").filter(value -> !value.isEmpty());
            }
        }
        return id;
    }
}
