package org.mailcaravan.ews;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.mailcaravan.testing.ScriptedHttpServer;

/** SOAP as Exchange writes it, for scripts. */
final class EwsAnswers {
    static final String HEAD = "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
            + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>"
            + "<h:ServerVersionInfo MajorVersion=\"15\" xmlns:h=\"http://schemas.microsoft.com/exchange/services/2006/types\"/>"
            + "</s:Header><s:Body>";
    static final String FOOT = "</s:Body></s:Envelope>";

    private EwsAnswers() {}

    static ScriptedHttpServer.Answer xml(String body) {
        return ScriptedHttpServer.status(200, "text/xml; charset=utf-8", body, "request-id", "11111111-aaaa");
    }

    static String response(String operation, String... messages) {
        return HEAD + "<m:" + operation + "Response xmlns:m=\"" + Namespaces.MESSAGES + "\" xmlns:t=\""
                + Namespaces.TYPES + "\"><m:ResponseMessages>" + String.join("", messages) + "</m:ResponseMessages></m:"
                + operation + "Response>" + FOOT;
    }

    static String success(String operation, String payload) {
        return "<m:" + operation + "ResponseMessage ResponseClass=\"Success\"><m:ResponseCode>NoError</m:ResponseCode>"
                + payload + "</m:" + operation + "ResponseMessage>";
    }

    static String error(String operation, String code, String... details) {
        return "<m:" + operation
                + "ResponseMessage ResponseClass=\"Error\"><m:MessageText>It did not work.</m:MessageText>"
                + "<m:ResponseCode>" + code + "</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
                + String.join("", details) + (operation.equals("GetItem") ? "<m:Items/>" : "") + "</m:" + operation
                + "ResponseMessage>";
    }

    static String backOff(String milliseconds) {
        return "<m:MessageXml><t:Value Name=\"BackOffMilliseconds\">" + milliseconds + "</t:Value></m:MessageXml>";
    }

    static String folder(String id) {
        return success(
                "GetFolder",
                "<m:Folders><t:Folder><t:FolderId Id=\"" + id + "\" ChangeKey=\"AQ==\"/></t:Folder></m:Folders>");
    }

    static String child(String kind, String id, String parent, String name, String folderClass) {
        return child(kind, id, parent, name, folderClass, "");
    }

    static String hiddenChild(String id, String parent, String name) {
        return child(
                "Folder",
                id,
                parent,
                name,
                "IPF.Note",
                "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag=\"0x10f4\" PropertyType=\"Boolean\"/>"
                        + "<t:Value>true</t:Value></t:ExtendedProperty>");
    }

    private static String child(String kind, String id, String parent, String name, String folderClass, String more) {
        return "<t:" + kind + "><t:FolderId Id=\"" + id + "\"/><t:ParentFolderId Id=\"" + parent + "\"/>"
                + (folderClass.isEmpty() ? "" : "<t:FolderClass>" + folderClass + "</t:FolderClass>")
                + "<t:DisplayName>" + name + "</t:DisplayName>" + more + "</t:" + kind + ">";
    }

    static String tree(String... children) {
        return found("FindFolder", "Folders", children.length, true, children);
    }

    static String found(String operation, String container, int next, boolean last, String... rows) {
        return response(
                operation,
                success(
                        operation,
                        "<m:RootFolder IndexedPagingOffset=\"" + next + "\" TotalItemsInView=\"9999\""
                                + " IncludesLastItemInRange=\"" + last + "\"><t:" + container + ">"
                                + String.join("", rows) + "</t:" + container + "></m:RootFolder>"));
    }

    static String row(String id, String received) {
        return "<t:Message><t:ItemId Id=\"" + id + "\"/><t:DateTimeReceived>" + received
                + "</t:DateTimeReceived></t:Message>";
    }

    static String changes(String state, boolean last, String... changes) {
        return response(
                "SyncFolderItems",
                success(
                        "SyncFolderItems",
                        "<m:SyncState>" + state + "</m:SyncState><m:IncludesLastItemInRange>" + last
                                + "</m:IncludesLastItemInRange><m:Changes>" + String.join("", changes)
                                + "</m:Changes>"));
    }

    static String created(String id) {
        return "<t:Create><t:Message><t:ItemId Id=\"" + id + "\" ChangeKey=\"CQ==\"/></t:Message></t:Create>";
    }

    static String mime(String id) {
        return "Subject: " + id + "\r\nMessage-Id: <" + id + "@example.org>\r\n\r\nText of " + id + "\r\n";
    }

    static String item(String id) {
        return item(id, base64(mime(id)), "<t:Subject>About " + id + "</t:Subject>");
    }

    static String item(String id, String base64, String properties) {
        return success(
                "GetItem",
                "<m:Items><t:Message><t:MimeContent CharacterSet=\"UTF-8\">" + base64
                        + "</t:MimeContent><t:ItemId Id=\"" + id + "\" ChangeKey=\"CK" + id + "\"/>" + properties
                        + "</t:Message></m:Items>");
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String items(String... messages) {
        return response("GetItem", messages);
    }

    static ScriptedHttpServer.Answer fault(int status, String code, String details) {
        String body = "<s:Envelope xmlns:s=\"" + Namespaces.SOAP + "\"><s:Body><s:Fault><faultcode xmlns:a=\""
                + Namespaces.TYPES + "\">a:" + code
                + "</faultcode><faultstring xml:lang=\"en-US\">It failed.</faultstring>"
                + "<detail><e:ResponseCode xmlns:e=\"" + Namespaces.ERRORS + "\">" + code + "</e:ResponseCode>"
                + "<e:Message xmlns:e=\"" + Namespaces.ERRORS + "\">It failed.</e:Message>" + details
                + "</detail></s:Fault></s:Body></s:Envelope>";
        return ScriptedHttpServer.status(status, "text/xml; charset=utf-8", body, "request-id", "22222222-bbbb");
    }
}
