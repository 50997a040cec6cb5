package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.component.OutcomeUnknownException;
import org.mailcaravan.component.ReceivedContent;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.ScriptedHttpServer;

/** What the operations of the producer ask for, and what the answers become. */
class EwsOperationsTest {
    private static final String FOLDER = "<t:FolderId Id=\"F1\" ChangeKey=\"AQ==\"/><t:ParentFolderId Id=\"TOP\"/>"
            + "<t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>Projects</t:DisplayName><t:TotalCount>7</t:TotalCount>"
            + "<t:ChildFolderCount>2</t:ChildFolderCount><t:UnreadCount>3</t:UnreadCount>";
    private static final String FOLDER_JSON = "{\"id\":\"F1\",\"parentFolderId\":\"TOP\",\"folderClass\":\"IPF.Note\","
            + "\"displayName\":\"Projects\",\"totalItemCount\":7,\"childFolderCount\":2,\"unreadItemCount\":3}";

    private final EwsFixture ews = new EwsFixture();
    private final ProducerFixture producer =
            new ProducerFixture(ews.server.url() + "/EWS/Exchange.asmx", ews.tokens, ews.http, ews.clock, ews.mailbox);

    @AfterEach
    void close() {
        producer.close();
        ews.close();
    }

    private Exchange ask(String uri, Object body, Map<String, Object> headers) {
        String[] parts = uri.split("\\?", 2);
        return producer.ask(
                parts[0] + "/" + ews.mailbox.id() + (parts.length > 1 ? "?" + parts[1] : ""), body, headers);
    }

    private Exchange ask(String uri) {
        return ask(uri, null, Map.of());
    }

    private EwsOperationsTest answering(String operation, String payload) {
        ews.server.then(EwsAnswers.xml(EwsAnswers.response(operation, EwsAnswers.success(operation, payload))));
        return this;
    }

    private void refusing(String operation, String code, String... details) {
        ews.server.then(EwsAnswers.xml(EwsAnswers.response(operation, EwsAnswers.error(operation, code, details))));
    }

    /** The n-th request's body, from its operation on. */
    private String asked(int request) {
        String body = ews.server.asked().get(request).body();
        return body.substring(body.indexOf("<s:Body>") + 8, body.indexOf("</s:Body>"));
    }

    private static JsonNode json(Exchange exchange) {
        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
        return json(exchange.getMessage().getBody(String.class));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFolderIsNamedByNameOrById() {
        answering("GetFolder", "<m:Folders><t:Folder>" + FOLDER + "</t:Folder></m:Folders>");
        answering("GetFolder", "<m:Folders><t:SearchFolder>" + FOLDER + "</t:SearchFolder></m:Folders>");

        Exchange named = ask("getFolder?folder=Inbox");
        ask("getFolder?folder=inbox", null, Map.of(EwsConstants.FOLDER, "AAMkFolder="));

        assertThat(json(named)).isEqualTo(json(FOLDER_JSON));
        assertThat(asked(0)).contains("<m:FolderIds><t:DistinguishedFolderId Id=\"inbox\"/></m:FolderIds>");
        assertThat(asked(1)).contains("<m:FolderIds><t:FolderId Id=\"AAMkFolder=\"/></m:FolderIds>");
    }

    @Test
    void foldersAreListedPageByPage() {
        answering(
                "FindFolder",
                "<m:RootFolder IndexedPagingOffset=\"1\" TotalItemsInView=\"2\" IncludesLastItemInRange=\"false\"><t:Folders>"
                        + "<t:Folder>" + FOLDER + "</t:Folder></t:Folders></m:RootFolder>");
        answering(
                "FindFolder",
                "<m:RootFolder IndexedPagingOffset=\"2\" TotalItemsInView=\"2\" IncludesLastItemInRange=\"true\"><t:Folders>"
                        + "<t:CalendarFolder>" + FOLDER + "</t:CalendarFolder></t:Folders></m:RootFolder>");

        Exchange first = ask("listFolders?top=1");
        Exchange second =
                ask("listFolders?top=1&recursive=true", null, first.getMessage().getHeaders());

        assertThat(json(first)).isEqualTo(json("{\"value\":[" + FOLDER_JSON + "]}"));
        assertThat(first.getMessage().getHeader(EwsConstants.NEXT_LINK)).isEqualTo("1");
        assertThat(json(second)).isEqualTo(json("{\"value\":[" + FOLDER_JSON + "]}"));
        assertThat(second.getMessage().getHeaders()).doesNotContainKey(EwsConstants.NEXT_LINK);
        assertThat(asked(0))
                .contains("Traversal=\"Shallow\"", "MaxEntriesReturned=\"1\" Offset=\"0\"", "Id=\"msgfolderroot\"");
        assertThat(asked(1)).contains("Traversal=\"Deep\"", "Offset=\"1\"");
    }

    @Test
    void changesOfFoldersAreToldWithTheStateToGoOnFrom() {
        answering(
                "SyncFolderHierarchy",
                "<m:SyncState>S1</m:SyncState><m:IncludesLastFolderInRange>false</m:IncludesLastFolderInRange><m:Changes>"
                        + "<t:Create><t:Folder>" + FOLDER
                        + "</t:Folder></t:Create><t:Delete><t:FolderId Id=\"F0\"/></t:Delete>"
                        + "</m:Changes>");
        answering(
                "SyncFolderHierarchy",
                "<m:SyncState>S2</m:SyncState><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange><m:Changes/>");

        Exchange first = ask("syncFolders");
        Exchange second = ask("syncFolders", null, first.getMessage().getHeaders());

        assertThat(json(first))
                .isEqualTo(json(
                        "{\"value\":[" + FOLDER_JSON + ",{\"id\":\"F0\",\"@removed\":{\"reason\":\"deleted\"}}]}"));
        assertThat(first.getMessage().getHeaders()).containsKey(EwsConstants.NEXT_LINK);
        assertThat(asked(0)).doesNotContain("SyncState");
        assertThat(asked(1)).contains("<m:SyncState>S1</m:SyncState>");
        assertThat(second.getMessage().getHeader(EwsConstants.SYNC_STATE)).isEqualTo("S2");
        assertThat(second.getMessage().getHeaders()).doesNotContainKey(EwsConstants.NEXT_LINK);
    }

    @Test
    void messagesAreFoundByTimeSubjectAndReadMark() {
        answering(
                "FindItem",
                "<m:RootFolder IndexedPagingOffset=\"1\" IncludesLastItemInRange=\"true\"><t:Items><t:Message>"
                        + "<t:ItemId Id=\"I1\" ChangeKey=\"C1\"/><t:Subject>Parcel</t:Subject><t:Size>12</t:Size>"
                        + "<t:Flag><t:FlagStatus>NotFlagged</t:FlagStatus></t:Flag><t:IsRead>false</t:IsRead>"
                        + "</t:Message></t:Items></m:RootFolder>");

        Exchange found = ask(
                "listMessages?folder=sentitems&receivedFrom=2026-11-01&receivedBefore=2026-11-02T08:00:00Z",
                null,
                Map.of(EwsConstants.SUBJECT, "a \"<&", EwsConstants.IS_READ, false));

        assertThat(json(found))
                .isEqualTo(json("{\"value\":[{\"id\":\"I1\",\"changeKey\":\"C1\",\"subject\":\"Parcel\",\"size\":12,"
                        + "\"flag\":{\"flagStatus\":\"notFlagged\"},\"isRead\":false}]}"));
        assertThat(asked(0))
                .contains(
                        "<t:IsGreaterThanOrEqualTo><t:FieldURI FieldURI=\"item:DateTimeReceived\"/><t:FieldURIOrConstant>"
                                + "<t:Constant Value=\"2026-11-01T00:00:00Z\"/>",
                        "<t:IsLessThan>",
                        "<t:Contains ContainmentMode=\"Substring\" ContainmentComparison=\"IgnoreCase\">",
                        "Value=\"a &quot;&lt;&amp;\"",
                        "<t:IsEqualTo><t:FieldURI FieldURI=\"message:IsRead\"/>",
                        "<m:ParentFolderIds><t:DistinguishedFolderId Id=\"sentitems\"/>");
    }

    @Test
    void withoutAFilterTheInboxIsListedUnrestricted() {
        answering(
                "FindItem",
                "<m:RootFolder IndexedPagingOffset=\"0\" IncludesLastItemInRange=\"true\"><t:Items/></m:RootFolder>");

        assertThat(json(ask("listMessages"))).isEqualTo(json("{\"value\":[]}"));
        assertThat(asked(0)).contains("Id=\"inbox\"").doesNotContain("Restriction");
    }

    @Test
    void aMessageIsAnsweredInTheVocabularyOfGraph() {
        answering(
                "GetItem",
                "<m:Items><t:Message><t:ItemId Id=\"I1\" ChangeKey=\"C1\"/><t:Subject>Parcel</t:Subject>"
                        + "<t:Body BodyType=\"HTML\">&lt;p&gt;Hi</t:Body><t:Importance>High</t:Importance>"
                        + "<t:InternetMessageHeaders><t:InternetMessageHeader HeaderName=\"X-A\">1</t:InternetMessageHeader>"
                        + "</t:InternetMessageHeaders><t:IsRead>true</t:IsRead></t:Message></m:Items>");

        Exchange message = ask("getMessage?internetMessageHeaders=true", null, Map.of(EwsConstants.ITEM_ID, "I1"));

        assertThat(json(message))
                .isEqualTo(
                        json(
                                "{\"id\":\"I1\",\"changeKey\":\"C1\",\"subject\":\"Parcel\",\"importance\":\"high\",\"isRead\":true,"
                                        + "\"body\":{\"contentType\":\"html\",\"content\":\"<p>Hi\"},"
                                        + "\"internetMessageHeaders\":[{\"name\":\"X-A\",\"value\":\"1\"}],"
                                        + "\"toRecipients\":[],\"ccRecipients\":[],\"bccRecipients\":[],\"replyTo\":[],\"categories\":[]}"));
        assertThat(asked(0)).contains("item:InternetMessageHeaders", "<t:ItemId Id=\"I1\"/>");
    }

    @Test
    void mimeOfAnySizeArrivesWholeAndItsFileGoesWithTheExchange() throws Exception {
        String large = "x".repeat(ReceivedContent.MOST_IN_MEMORY) + "end";
        answering(
                "GetItem",
                EwsAnswers.item("I1", EwsAnswers.base64(large), "")
                        .replaceAll("^.*?<m:Items>|</m:Items>.*$", "")
                        .transform(item -> "<m:Items>" + item + "</m:Items>"));

        producer.inRoute("getMime/" + ews.mailbox.id() + "?itemId=I1", Map.of(), exchange -> {
            assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(large);
            exchange.getMessage().getBody(StreamCache.class).reset();
            assertThat(exchange.getMessage().getBody(String.class))
                    .as("read again")
                    .isEqualTo(large);
        });

        assertThat(asked(0)).contains("<t:IncludeMimeContent>true</t:IncludeMimeContent>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text === Truncated Data ===", ""})
    void mimeThatIsIncompleteIsRefused(String mime) {
        answering(
                "GetItem",
                "<m:Items><t:Message><t:MimeContent CharacterSet=\"UTF-8\">" + EwsAnswers.base64(mime)
                        + "</t:MimeContent><t:ItemId Id=\"I1\"/></t:Message></m:Items>");

        assertThatThrownBy(() -> ask("getMime?itemId=I1")).isInstanceOf(MalformedAnswerException.class);
    }

    private static final String ATTACHMENT =
            "<t:AttachmentId Id=\"A1\" RootItemId=\"I1\"/><t:Name>a.txt</t:Name><t:ContentType>text/plain</t:ContentType>"
                    + "<t:ContentId>c1</t:ContentId><t:Size>5</t:Size><t:LastModifiedTime>2026-11-20T10:00:00Z</t:LastModifiedTime>"
                    + "<t:IsInline>false</t:IsInline>";
    private static final String ATTACHMENT_JSON =
            "\"id\":\"A1\",\"name\":\"a.txt\",\"contentType\":\"text/plain\",\"contentId\":\"c1\",\"size\":5,"
                    + "\"lastModifiedDateTime\":\"2026-11-20T10:00:00Z\",\"isInline\":false";

    @Test
    void attachmentsOfEveryKindAreListed() {
        answering(
                "GetItem",
                "<m:Items><t:Message><t:ItemId Id=\"I1\"/><t:Attachments><t:FileAttachment>" + ATTACHMENT
                        + "</t:FileAttachment><t:ItemAttachment>" + ATTACHMENT
                        + "</t:ItemAttachment><t:ReferenceAttachment>"
                        + ATTACHMENT + "</t:ReferenceAttachment></t:Attachments></t:Message></m:Items>");
        answering("GetItem", "<m:Items><t:Message><t:ItemId Id=\"I1\"/></t:Message></m:Items>");

        assertThat(json(ask("listAttachments?itemId=I1")))
                .isEqualTo(json("{\"value\":[{\"@odata.type\":\"#microsoft.graph.fileAttachment\"," + ATTACHMENT_JSON
                        + "},{\"@odata.type\":\"#microsoft.graph.itemAttachment\"," + ATTACHMENT_JSON
                        + "},{\"@odata.type\":\"#microsoft.graph.referenceAttachment\"," + ATTACHMENT_JSON + "}]}"));
        assertThat(json(ask("listAttachments?itemId=I1"))).isEqualTo(json("{\"value\":[]}"));
        assertThat(asked(0)).contains("FieldURI=\"item:Attachments\"");
    }

    @Test
    void attachmentsOfEveryKindAreAnsweredAsJson() {
        attachment("FileAttachment", "<t:Content>aGVs\nbG8=</t:Content>");
        attachment("ItemAttachment", "<t:Message><t:Subject>Inner</t:Subject></t:Message>");
        attachment(
                "ReferenceAttachment",
                "<t:AttachLongPathName>https://files.example/a</t:AttachLongPathName><t:ProviderType>OneDrive</t:ProviderType>"
                        + "<t:AttachmentIsFolder>true</t:AttachmentIsFolder>");

        assertThat(json(ask("getAttachment?attachmentId=A1"))
                        .path("contentBytes")
                        .asText())
                .isEqualTo("aGVsbG8=");
        assertThat(json(ask("getAttachment?attachmentId=A1"))
                        .path("item")
                        .path("subject")
                        .asText())
                .isEqualTo("Inner");
        assertThat(json(ask("getAttachment?attachmentId=A1")))
                .isEqualTo(
                        json(
                                "{\"@odata.type\":\"#microsoft.graph.referenceAttachment\"," + ATTACHMENT_JSON
                                        + ",\"sourceUrl\":\"https://files.example/a\",\"providerType\":\"OneDrive\",\"isFolder\":true}"));
        assertThat(asked(0)).contains("<m:AttachmentIds><t:AttachmentId Id=\"A1\"/>");
    }

    @Test
    void contentIsAFilesBytesOrAnItemsMime() {
        attachment("FileAttachment", "<t:Content>aGVsbG8=</t:Content>");
        attachment("FileAttachment", "<t:Content/>");
        attachment(
                "ItemAttachment",
                "<t:Message><t:MimeContent CharacterSet=\"UTF-8\">" + EwsAnswers.base64("Subject: Inner\r\n\r\n")
                        + "</t:MimeContent><t:Subject>Inner</t:Subject></t:Message>");

        assertThat(content()).isEqualTo("hello");
        assertThat(content()).isEmpty();
        assertThat(content()).isEqualTo("Subject: Inner\r\n\r\n");
        assertThat(asked(0)).contains("<m:AttachmentShape><t:IncludeMimeContent>true<");
    }

    private String content() {
        return ask("getAttachmentContent?attachmentId=A1").getMessage().getBody(String.class);
    }

    @Test
    void contentThatIsNotThereIsToldApart() {
        attachment("ReferenceAttachment", "<t:ProviderType>OneDrive</t:ProviderType>");
        attachment("FileAttachment", "");
        attachment("FileAttachment", "<t:Content>aGVsbG</t:Content>");

        assertThatThrownBy(this::content)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("getAttachment");
        assertThatThrownBy(this::content).isInstanceOf(MalformedAnswerException.class);
        assertThatThrownBy(this::content).isInstanceOf(MalformedAnswerException.class);
    }

    private void attachment(String kind, String content) {
        answering(
                "GetAttachment",
                "<m:Attachments><t:" + kind + ">" + ATTACHMENT + content + "</t:" + kind + "></m:Attachments>");
    }

    @Test
    void marksAreSetWithoutReadReceipts() {
        answering(
                "UpdateItem",
                "<m:Items><t:Message><t:ItemId Id=\"I1\" ChangeKey=\"C2\"/></t:Message></m:Items>"
                        + "<m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>");

        Exchange updated = ask(
                "updateMessage?itemId=I1&isRead=true&flag=complete&importance=low",
                null,
                Map.of(EwsConstants.CATEGORIES, List.of("Red", "Blue")));

        assertThat(json(updated)).isEqualTo(json("{\"id\":\"I1\",\"changeKey\":\"C2\"}"));
        assertThat(asked(0))
                .contains(
                        "ConflictResolution=\"AlwaysOverwrite\" MessageDisposition=\"SaveOnly\" SuppressReadReceipts=\"true\"",
                        "<t:Message><t:IsRead>true</t:IsRead></t:Message>",
                        "<t:Flag><t:FlagStatus>Complete</t:FlagStatus></t:Flag>",
                        "<t:Importance>Low</t:Importance>",
                        "<t:Categories><t:String>Red</t:String><t:String>Blue</t:String></t:Categories>");
    }

    @Test
    void categoriesAreTakenAwayAndAChangeKeyProtectsAMessage() {
        answering("UpdateItem", "<m:Items><t:Message><t:ItemId Id=\"I1\"/></t:Message></m:Items>");
        refusing("UpdateItem", "ErrorIrresolvableConflict");

        ask("updateMessage?itemId=I1&categories=,");
        EwsOperationException conflict = refusal("updateMessage?itemId=I1&isRead=true&changeKey=C1");

        assertThat(asked(0)).contains("<t:DeleteItemField><t:FieldURI FieldURI=\"item:Categories\"/>");
        assertThat(asked(1)).contains("ConflictResolution=\"NeverOverwrite\"", "Id=\"I1\" ChangeKey=\"C1\"");
        assertThat(conflict.remedy()).contains("get it again");
    }

    @Test
    void aMovedMessageHasANewIdAndACopyLeavesTheHeaderAsItIs() {
        answering("MoveItem", "<m:Items><t:Message><t:ItemId Id=\"I2\" ChangeKey=\"C2\"/></t:Message></m:Items>");
        answering("CopyItem", "<m:Items><t:Message><t:ItemId Id=\"I3\" ChangeKey=\"C3\"/></t:Message></m:Items>");

        Exchange moved = ask("moveMessage?destination=deleteditems", null, Map.of(EwsConstants.ITEM_ID, "I1"));
        Exchange copied = ask("copyMessage?destination=F9", null, Map.of(EwsConstants.ITEM_ID, "I1"));

        assertThat(moved.getMessage().getHeader(EwsConstants.ITEM_ID)).isEqualTo("I2");
        assertThat(json(copied)).isEqualTo(json("{\"id\":\"I3\",\"changeKey\":\"C3\"}"));
        assertThat(copied.getMessage().getHeader(EwsConstants.ITEM_ID)).isEqualTo("I1");
        assertThat(asked(0))
                .contains(
                        "<m:ToFolderId><t:DistinguishedFolderId Id=\"deleteditems\"/></m:ToFolderId>",
                        "ReturnNewItemIds");
        assertThat(asked(1)).contains("<m:ToFolderId><t:FolderId Id=\"F9\"/></m:ToFolderId>");
    }

    @Test
    void deletingAnswersNothingAndLeavesTheBody() {
        answering("DeleteItem", "");
        answering("DeleteItem", "");

        Exchange deleted = ask("deleteMessage?itemId=I1", "as it was", Map.of());
        ask("permanentDelete?itemId=I1");

        assertThat(deleted.getMessage().getBody()).isEqualTo("as it was");
        assertThat(asked(0)).contains("DeleteType=\"MoveToDeletedItems\" SuppressReadReceipts=\"true\"");
        assertThat(asked(1)).contains("DeleteType=\"HardDelete\"");
    }

    @Test
    void idsAreConvertedAndABadOneSpoilsNoOther() {
        ews.server.then(EwsAnswers.xml(EwsAnswers.response(
                "ConvertId",
                EwsAnswers.success(
                        "ConvertId", "<m:AlternateId Format=\"HexEntryId\" Id=\"00AA\" Mailbox=\"kim@example.org\"/>"),
                EwsAnswers.error("ConvertId", "ErrorInvalidIdMalformed"))));

        Exchange converted = ask("convertIds?targetIdType=hexEntryId", "{\"inputIds\":[\"E1\",\"E2\"]}", Map.of());

        assertThat(json(converted))
                .isEqualTo(json("{\"value\":[{\"sourceId\":\"E1\",\"targetId\":\"00AA\"},"
                        + "{\"sourceId\":\"E2\",\"errorDetails\":{\"code\":\"ErrorInvalidIdMalformed\"}}]}"));
        assertThat(asked(0))
                .contains(
                        "DestinationFormat=\"HexEntryId\"",
                        "<t:AlternateId Format=\"EwsId\" Id=\"E1\" Mailbox=\"kim@example.org\"/>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1]", "[\"\"]", "{\"inputIds\":\"E1\"}", "no json"})
    void whatIsNoListOfIdsIsRefused(String body) {
        assertThatThrownBy(() -> ask("convertIds", body, Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(ews.server.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "getMessage",
                "getFolder",
                "getAttachment?itemId=I1",
                "moveMessage?itemId=I1",
                "updateMessage?itemId=I1",
                "updateMessage?itemId=I1&flag=Red",
                "updateMessage?itemId=I1&importance=urgent",
                "listMessages?top=1001",
                "listMessages?receivedFrom=yesterday",
                "convertIds?sourceIdType=restId",
                "getMessage?itemId=%08"
            })
    void whatCannotWorkIsToldBeforeAnythingIsSent(String uri) {
        assertThatThrownBy(() -> ask(uri, "[\"E1\"]", Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThat(ews.server.asked()).isEmpty();
    }

    @Test
    void aForeignNextLinkIsRefused() {
        assertThatThrownBy(() -> ask("listMessages", null, Map.of(EwsConstants.NEXT_LINK, "https://graph/next")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(ews.server.asked()).isEmpty();
    }

    private EwsOperationException refusal(String uri) {
        return catchThrowableOfType(EwsOperationException.class, () -> ask(uri));
    }

    @ParameterizedTest
    @CsvSource({
        "ErrorItemNotFound,deleted",
        "ErrorInvalidIdMalformed,translateExchangeIds",
        "ErrorChangeKeyRequiredForWriteOperations,changeKey",
        "ErrorQuotaExceeded,full",
        "ErrorSomethingNew,Check the options",
        "ErrorMailboxMoveInProgress,look before repeating"
    })
    void everyRefusalHasARemedy(String code, String remedy) {
        refusing("MoveItem", code);

        EwsOperationException refusal = refusal("moveMessage?itemId=I1&destination=inbox");

        assertThat(refusal.operation()).isEqualTo(EwsOperation.moveMessage);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.requestId()).isEqualTo("11111111-aaaa");
        assertThat(refusal.remedy()).contains(remedy);
        assertThat(refusal).hasMessageContaining(code).hasMessageContaining("11111111-aaaa");
    }

    @Test
    void aRefusalOfTheMailboxHasItsMeaningAsCause() {
        refusing("GetItem", "ErrorAccessDenied");

        EwsOperationException refusal = refusal("getMime?itemId=I1");

        assertThat(refusal).hasCauseInstanceOf(ConsentRequiredException.class);
        assertThat(refusal.remedy()).contains("EWS.AccessAsUser.All");
    }

    /** F30: one gate for all of a mailbox. */
    @Test
    void aBackOffHoldsEverybodyOfThatMailbox() {
        refusing("GetItem", "ErrorServerBusy", EwsAnswers.backOff("5000"));

        EwsOperationException busy = refusal("getMime?itemId=I1");

        assertThat(busy.retryAfter()).contains(Duration.ofSeconds(5));
        assertThat(busy).hasCauseInstanceOf(ThrottledException.class);
        assertThatThrownBy(() -> ask("deleteMessage?itemId=I2"))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(5)));
        assertThatThrownBy(() -> producer.component().mailSource().fetchFolders(ews.mailbox))
                .isInstanceOf(ThrottledException.class);
        assertThat(ews.server.asked()).hasSize(1);

        ews.clock.advance(Duration.ofSeconds(5));
        answering("DeleteItem", "");
        ask("deleteMessage?itemId=I2");
        assertThat(ews.server.asked()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "moveMessage?itemId=I1&destination=inbox,false",
        "copyMessage?itemId=I1&destination=inbox,false",
        "updateMessage?itemId=I1&isRead=true,true",
        "deleteMessage?itemId=I1,true"
    })
    void aWriteWhoseAnswerIsLostIsNotRepeated(String uri, boolean repeatable) {
        ews.server.then(exchange -> {}); // closes the connection without an answer
        ews.server.then(ScriptedHttpServer.cut("text/xml", EwsAnswers.HEAD));

        for (int i = 0; i < 2; i++) {
            OutcomeUnknownException unknown = catchThrowableOfType(OutcomeUnknownException.class, () -> ask(uri));

            assertThat(unknown).hasMessageContaining("may or may not have been carried out");
            assertThat(unknown.repeatable()).isEqualTo(repeatable);
            assertThat(ews.server.asked()).hasSize(i + 1);
        }
    }

    /** Nothing was done then, so the route may simply try again. */
    @Test
    void aWriteThatNeverLeftOrWasTurnedAwayIsUnavailableOnly() {
        ews.server.then(ScriptedHttpServer.status(503, "text/plain", "busy"));
        assertThatThrownBy(() -> ask("deleteMessage?itemId=I1")).isInstanceOf(MailSourceUnavailableException.class);

        ews.server.close();
        assertThatThrownBy(() -> ask("deleteMessage?itemId=I1")).isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void aReadWhoseAnswerIsCutMayBeRepeated() {
        ews.server.then(ScriptedHttpServer.cut("text/xml", EwsAnswers.HEAD));

        assertThatThrownBy(() -> ask("getMessage?itemId=I1")).isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void aRefusedTokenIsReplacedOnceAndTheWriteSentAgain() {
        ews.server.then(ScriptedHttpServer.status(401, "text/plain", ""));
        answering("DeleteItem", "");

        ask("deleteMessage?itemId=I1");

        assertThat(ews.server.asked())
                .extracting(asked -> asked.header("Authorization"))
                .containsExactly("Bearer token-0", "Bearer token-1");
    }

    @Test
    void theHeadersOfTheRequestNameTheMailboxTheProductAndTheRequest() {
        answering("DeleteItem", "");

        ask("deleteMessage?itemId=I1");

        ScriptedHttpServer.Asked asked = ews.server.asked().get(0);
        assertThat(asked.header("X-AnchorMailbox")).isEqualTo("kim@example.org");
        assertThat(asked.header("User-Agent")).startsWith("Mailcaravan/").contains("EWS");
        assertThat(asked.header("client-request-id")).hasSize(36);
        assertThat(asked.body()).contains("<t:RequestServerVersion Version=\"Exchange2013_SP1\"/>");
    }

    @Test
    void theMailboxIsTheUrisOrTheHeaders() {
        answering("DeleteItem", "");
        Map<String, Object> headers = new HashMap<>(Map.of(EwsConstants.ITEM_ID, "I1"));

        assertThatThrownBy(() -> producer.ask("deleteMessage/*", null, headers))
                .hasMessageContaining(EwsConstants.MAILBOX_ID);
        headers.put(EwsConstants.MAILBOX_ADDRESS, "Kim@example.org");
        producer.ask("deleteMessage/*", null, headers);

        assertThat(ews.server.asked()).hasSize(1);
    }

    /** S39: what stands in an answer is never loaded, expanded or quoted. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE s:Envelope [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><s:Envelope/>",
                "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body/></s:Envelope>",
                "{\"not\":\"xml\"}"
            })
    void whatIsNoAnswerOfEwsIsRefused(String body) {
        ews.server.then(EwsAnswers.xml(body));

        assertThatThrownBy(() -> ask("getMessage?itemId=I1"))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageNotContaining("passwd");
    }

    @Test
    void answersThatDoNotFitTheQuestionAreRefused() {
        answering("GetItem", "<m:Items/>");
        answering(
                "GetItem",
                "<m:Items><t:Message><t:ItemId Id=\"I1\"/></t:Message><t:Message><t:ItemId Id=\"I2\"/></t:Message></m:Items>");
        answering("GetItem", "");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> ask("getMessage?itemId=I1")).isInstanceOf(MalformedAnswerException.class);
        }
        answering("FindItem", "<m:RootFolder IncludesLastItemInRange=\"false\"><t:Items/></m:RootFolder>");
        assertThatThrownBy(() -> ask("listMessages")).isInstanceOf(MalformedAnswerException.class);
        answering("SyncFolderHierarchy", "<m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>");
        assertThatThrownBy(() -> ask("syncFolders")).isInstanceOf(MalformedAnswerException.class);
        answering("ConvertId", "<m:AlternateId Id=\"X\"/>");
        assertThatThrownBy(() -> ask("convertIds", List.of("E1", "E2"), Map.of()))
                .isInstanceOf(MalformedAnswerException.class);
    }
}
