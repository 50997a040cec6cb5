package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** GetFolder, FindFolder and FindItem. */
class EwsFoldersTest {
    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);
    private final SandboxFolder inbox = mailbox.wellKnownFolder("inbox");

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void everyFolderAskedForGetsItsMessageInOrder() {
        EwsClient.Reply reply = client.getFolder(
                "IdOnly",
                distinguished("junkemail"),
                "<t:FolderId Id=\"inbox\"/>",
                "<t:FolderId Id=\"" + inbox.ewsId() + "\"/>",
                distinguished("outbox"),
                "<t:FolderId Id=\"" + inbox.restId() + "\"/>",
                "<t:FolderId Id=\"\"/>");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.codes())
                .containsExactly(
                        "NoError",
                        "ErrorInvalidIdMalformed",
                        "NoError",
                        "ErrorFolderNotFound",
                        "ErrorInvalidIdMalformed",
                        "ErrorInvalidIdEmpty");
        assertThat(reply.all(TYPES, "FolderId").stream().map(id -> id.getAttribute("Id")))
                .containsExactly(mailbox.wellKnownFolder("junkemail").ewsId(), inbox.ewsId());
        assertThat(reply.all(MESSAGES, "GetFolderResponseMessage").get(1).getAttribute("ResponseClass"))
                .isEqualTo("Error");
    }

    @Test
    void shapesBringMoreAndMore() {
        sandbox.deliver(mailbox, "one");

        EwsClient.Reply byDefault = client.getFolder("Default", distinguished("inbox"));
        EwsClient.Reply all = client.getFolder("AllProperties", distinguished("inbox"));

        assertThat(children(byDefault.all(TYPES, "Folder").get(0)))
                .containsExactly("FolderId", "DisplayName", "TotalCount", "ChildFolderCount", "UnreadCount");
        assertThat(children(all.all(TYPES, "Folder").get(0)))
                .containsExactly(
                        "FolderId",
                        "ParentFolderId",
                        "FolderClass",
                        "DisplayName",
                        "TotalCount",
                        "ChildFolderCount",
                        "DistinguishedFolderId",
                        "UnreadCount");
        assertThat(all.one(TYPES, "TotalCount")).isEqualTo("1");
        assertThat(all.one(TYPES, "FolderClass")).isEqualTo("IPF.Note");
    }

    @Test
    void additionalFolderPropertiesAreGiven() {
        EwsClient.Reply reply = client.call("<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>"
                + "<t:AdditionalProperties><t:FieldURI FieldURI=\"folder:DisplayName\"/></t:AdditionalProperties>"
                + "</m:FolderShape><m:FolderIds>" + distinguished("sentitems") + "</m:FolderIds></m:GetFolder>");

        assertThat(children(reply.all(TYPES, "Folder").get(0))).containsExactly("FolderId", "DisplayName");
    }

    @Test
    void foldersAreFoundShallowAndDeepInPages() {
        SandboxFolder projects = mailbox.addFolder(inbox, "Projects");
        mailbox.addFolder(projects, "Caravan");

        assertThat(findFolder("Shallow", "", "inbox").texts(TYPES, "DisplayName"))
                .containsExactly("Projects");
        assertThat(findFolder("Deep", "", "inbox").texts(TYPES, "DisplayName")).containsExactly("Projects", "Caravan");

        EwsClient.Reply page = findFolder(
                "Deep",
                "<m:IndexedPageFolderView MaxEntriesReturned=\"2\" Offset=\"1\" BasePoint=\"Beginning\"/>",
                "msgfolderroot");
        Element root = page.all(MESSAGES, "RootFolder").get(0);
        assertThat(page.texts(TYPES, "DisplayName")).containsExactly("Projects", "Caravan");
        assertThat(root.getAttribute("IndexedPagingOffset")).isEqualTo("3");
        assertThat(root.getAttribute("TotalItemsInView")).isEqualTo("8");
        assertThat(root.getAttribute("IncludesLastItemInRange")).isEqualTo("false");
    }

    @Test
    void restrictionsAreRefusedRatherThanIgnored() {
        EwsClient.Reply reply = client.call("<m:FindFolder Traversal=\"Deep\"><m:FolderShape><t:BaseShape>IdOnly"
                + "</t:BaseShape></m:FolderShape><m:Restriction><t:Exists><t:FieldURI FieldURI=\"folder:DisplayName\"/>"
                + "</t:Exists></m:Restriction><m:ParentFolderIds>" + distinguished("inbox")
                + "</m:ParentFolderIds></m:FindFolder>");

        assertThat(reply.faultCode()).isEqualTo("ErrorInvalidRequest");
    }

    @Test
    void itemsAreFoundInPagesNewestFirst() {
        for (int i = 0; i < 5; i++) {
            sandbox.deliver(mailbox, "mail " + i);
        }

        EwsClient.Reply first = findItem("Default", 0, "");
        EwsClient.Reply second = findItem("Default", 3, "");
        EwsClient.Reply ascending = findItem(
                "Default",
                0,
                "<m:SortOrder><t:FieldOrder Order=\"Ascending\"><t:FieldURI FieldURI=\"item:DateTimeReceived\"/>"
                        + "</t:FieldOrder></m:SortOrder>");

        assertThat(first.texts(TYPES, "Subject")).containsExactly("mail 4", "mail 3", "mail 2");
        assertThat(second.texts(TYPES, "Subject")).containsExactly("mail 1", "mail 0");
        assertThat(second.all(MESSAGES, "RootFolder").get(0).getAttribute("IncludesLastItemInRange"))
                .isEqualTo("true");
        assertThat(ascending.texts(TYPES, "Subject")).containsExactly("mail 0", "mail 1", "mail 2");
        assertThat(first.all(TYPES, "Body")).isEmpty();
    }

    private EwsClient.Reply findFolder(String traversal, String view, String parent) {
        return client.call("<m:FindFolder Traversal=\"" + traversal + "\"><m:FolderShape><t:BaseShape>Default"
                + "</t:BaseShape></m:FolderShape>" + view + "<m:ParentFolderIds>" + distinguished(parent)
                + "</m:ParentFolderIds></m:FindFolder>");
    }

    private EwsClient.Reply findItem(String shape, int offset, String order) {
        return client.call("<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>" + shape
                + "</t:BaseShape></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned=\"3\" Offset=\"" + offset
                + "\" BasePoint=\"Beginning\"/>" + order + "<m:ParentFolderIds>" + distinguished("inbox")
                + "</m:ParentFolderIds></m:FindItem>");
    }

    static List<String> children(Element parent) {
        List<String> names = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element) {
                names.add(child.getLocalName());
            }
        }
        return names;
    }
}
