package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.FolderGoneException;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.ScriptedHttpServer.Asked;

/** Folders and pages. */
final class EwsListingTest {
    private final EwsFixture ews = new EwsFixture();

    @AfterEach
    void close() {
        ews.close();
    }

    @Test
    void requestsCarryWhatExchangeRoutesAndTracesBy() {
        ews.server.then(EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.folder("f1"))));

        ews.source.fetchFolders(ews.mailbox);

        Asked asked = ews.server.asked().get(0);
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.target()).isEqualTo("/EWS/Exchange.asmx");
        assertThat(asked.header("Authorization")).isEqualTo("Bearer token-0");
        assertThat(asked.header("Content-Type")).isEqualTo("text/xml; charset=utf-8");
        assertThat(asked.header("X-AnchorMailbox")).isEqualTo("kim@example.org");
        assertThat(asked.header("client-request-id")).hasSize(36);
        assertThat(asked.header("return-client-request-id")).isEqualTo("true");
        assertThat(asked.header("User-Agent")).startsWith("Mailcaravan/");
        assertThat(asked.header("X-PreferServerAffinity")).isEmpty();
        assertThat(asked.body()).contains("<t:RequestServerVersion Version=\"Exchange2013_SP1\"");
    }

    @Test
    void foldersAreAskedForInOneRequestAndRemembered() {
        Mailbox mailbox = EwsFixture.mailbox("inbox", "archiveinbox", "SentItems");
        ews.server.then(EwsAnswers.xml(EwsAnswers.response(
                "GetFolder",
                EwsAnswers.folder("f1"),
                EwsAnswers.error("GetFolder", "ErrorFolderNotFound"),
                EwsAnswers.folder("f3"))));

        List<MailFolder> folders = ews.source.fetchFolders(mailbox);

        assertThat(folders).containsExactly(new MailFolder("f1", "inbox"), new MailFolder("f3", "SentItems"));
        assertThat(ews.source.fetchFolders(mailbox)).isEqualTo(folders);
        assertThat(ews.server.asked()).hasSize(1);
        assertThat(ews.server.asked().get(0).body())
                .contains("DistinguishedFolderId Id=\"inbox\"", "DistinguishedFolderId Id=\"archiveinbox\"");
    }

    @Test
    void foldersAreLookedUpAgainAfterAnHour() {
        ews.server.otherwise(EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.folder("f1"))));
        ews.source.fetchFolders(ews.mailbox);

        ews.clock.advance(Duration.ofMinutes(61));
        ews.source.fetchFolders(ews.mailbox);

        assertThat(ews.server.asked()).hasSize(2);
    }

    @Test
    void searchFoldersAndFoldersOfOtherThingsAreLeftOut() {
        Mailbox mailbox = EwsFixture.mailbox("Found", "Calendar", "Notes", "inbox/**");
        ews.server.then(
                EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.folder("root"), EwsAnswers.folder("f1"))));
        ews.server.then(EwsAnswers.xml(EwsAnswers.tree(
                EwsAnswers.child("SearchFolder", "s", "root", "Found", "IPF.Note"),
                EwsAnswers.child("CalendarFolder", "c", "root", "Calendar", "IPF.Appointment"),
                EwsAnswers.child("Folder", "n", "root", "Notes", "IPF.StickyNote"))));
        ews.server.then(EwsAnswers.xml(EwsAnswers.tree(
                EwsAnswers.child("Folder", "f2", "f1", "Plain", ""),
                EwsAnswers.child("Folder", "f3", "f2", "Mail", "IPF.Note.Something"),
                EwsAnswers.child("Folder", "f4", "f2", "Rules", "IPF.Configuration"),
                EwsAnswers.child("SearchFolder", "f5", "f2", "Unread", "IPF.Note"),
                EwsAnswers.hiddenChild("f6", "f2", "Hidden"))));

        assertThat(ews.source.fetchFolders(mailbox))
                .containsExactly(
                        new MailFolder("n", "Notes"), // who names a folder wants it
                        new MailFolder("f1", "inbox/**"),
                        new MailFolder("f2", "inbox/**"),
                        new MailFolder("f3", "inbox/**"));
    }

    @Test
    void anIdThatIsNoneIsLeftOut() {
        String id = "A".repeat(100);
        ews.server.then(EwsAnswers.xml(EwsAnswers.response(
                "GetFolder", EwsAnswers.error("GetFolder", "ErrorInvalidIdMalformed"), EwsAnswers.folder("f1"))));

        assertThat(ews.source.fetchFolders(EwsFixture.mailbox(id, "inbox")))
                .containsExactly(new MailFolder("f1", "inbox"));
    }

    @Test
    void probeAsksForTheInboxWithTheGivenTokenOnly() {
        ews.server.then(EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.folder("f1"))));

        ews.source.probe(ews.mailbox, EwsFixture.token("fresh"));

        assertThat(ews.server.asked()).hasSize(1);
        assertThat(ews.server.asked().get(0).header("Authorization")).isEqualTo("Bearer fresh");
        assertThat(ews.server.asked().get(0).body()).contains("IdOnly", "Id=\"inbox\"");
    }

    @Test
    void aRefusedProbeEndsAtOnceAndInvalidatesNothing() {
        ews.server.otherwise(
                ScriptedHttpServer.status(401, "text/plain", "", "WWW-Authenticate", "Bearer error=\"invalid_token\""));

        assertThatThrownBy(() -> ews.source.probe(ews.mailbox, EwsFixture.token("fresh")))
                .isInstanceOf(ConsentRequiredException.class);
        assertThat(ews.server.asked()).hasSize(1);
        assertThat(ews.tokens.refused).isEmpty();
    }

    @Test
    void aPageListsCreatedAndUpdatedItemsAndLeavesTheRestOut() {
        String item = "<t:MeetingRequest><t:ItemId Id=\"AAq/+=\" ChangeKey=\"CQ\"/>"
                + "<t:DateTimeReceived>2026-11-20T10:11:12Z</t:DateTimeReceived><t:Size>4711</t:Size>"
                + "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag=\"0x300b\" PropertyType=\"Binary\"/>"
                + "<t:Value>c2VhcmNo</t:Value></t:ExtendedProperty>"
                + "<t:InternetMessageId>&lt;m@example.org&gt;</t:InternetMessageId></t:MeetingRequest>";
        ews.server.then(EwsAnswers.xml(EwsAnswers.changes(
                "STATE",
                false,
                "<t:Create>" + item + "</t:Create>",
                "<t:Update><t:Message><t:ItemId Id=\"u\"/></t:Message></t:Update>",
                "<t:Delete><t:ItemId Id=\"d\"/></t:Delete>",
                "<t:ReadFlagChange><t:ItemId Id=\"r\"/><t:IsRead>true</t:IsRead></t:ReadFlagChange>",
                "<t:Create><t:Contact><t:ItemId Id=\"c\"/></t:Contact></t:Create>")));

        MailPage page = ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty());

        assertThat(page.next()).isEqualTo(new SyncCursor("STATE"));
        assertThat(page.roundComplete()).isFalse();
        assertThat(page.messages()).hasSize(2);
        ListedMessage first = page.messages().get(0);
        assertThat(first.aliases()).hasSize(2);
        assertThat(first.aliases().get(0)).isEqualTo(new MessageAlias(MessageAlias.Kind.EWS_ITEM, "AAq/+="));
        assertThat(first.aliases().get(1).kind()).isEqualTo(MessageAlias.Kind.EWS_SECONDARY);
        assertThat(first.receivedAt()).contains(Instant.parse("2026-11-20T10:11:12Z"));
        assertThat(first.size()).hasValue(4711);
        assertThat(first.metadata()).isEmpty();
        assertThat(page.messages().get(1).aliases()).containsExactly(new MessageAlias(MessageAlias.Kind.EWS_ITEM, "u"));
    }

    @Test
    void theSecondaryIdentitySurvivesAMoveAndTellsMessagesWithOneSearchKeyApart() {
        String moved = secondary("new-id", "2026-11-20T10:11:12Z", "&lt;m@x&gt;");

        assertThat(moved)
                .isEqualTo(secondary("old-id", "2026-11-20T10:11:12Z", "&lt;m@x&gt;"))
                .hasSize(64);
        assertThat(secondary("old-id", "2026-11-20T10:11:13Z", "&lt;m@x&gt;")).isNotEqualTo(moved);
        assertThat(secondary("old-id", "2026-11-20T10:11:12Z", "&lt;other@x&gt;"))
                .isNotEqualTo(moved);
    }

    private String secondary(String id, String received, String messageId) {
        ews.server.then(EwsAnswers.xml(EwsAnswers.changes(
                "S",
                true,
                "<t:Create><t:Message><t:ItemId Id=\"" + id + "\"/><t:DateTimeReceived>" + received
                        + "</t:DateTimeReceived><t:ExtendedProperty><t:ExtendedFieldURI PropertyTag=\"0x300B\" PropertyType=\"Binary\"/>"
                        + "<t:Value>c2VhcmNo</t:Value></t:ExtendedProperty><t:InternetMessageId>" + messageId
                        + "</t:InternetMessageId></t:Message></t:Create>")));
        MailPage page = ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty());
        return page.messages().get(0).aliases().get(1).value();
    }

    @Test
    void aSyncStateOfTwoMillionCharactersGoesThereAndBack() { // F31
        String state = "Ab+/".repeat(500_000);
        ews.server.then(EwsAnswers.xml(EwsAnswers.changes(state, true)));
        ews.server.then(EwsAnswers.xml(EwsAnswers.changes("next", true)));

        MailPage page = ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty());
        ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.of(page.next()));

        assertThat(page.next().value()).isEqualTo(state);
        assertThat(ews.server.asked().get(0).body()).doesNotContain("SyncState");
        assertThat(ews.server.asked().get(1).body())
                .contains("<m:SyncState>" + state + "</m:SyncState><m:MaxChangesReturned>512<");
    }

    @Test
    void aLostSyncStateIsTold() { // F31
        ews.server.then(EwsAnswers.xml(EwsAnswers.response(
                "SyncFolderItems", EwsAnswers.error("SyncFolderItems", "ErrorInvalidSyncStateData"))));

        assertThatThrownBy(
                        () -> ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.of(new SyncCursor("old"))))
                .isInstanceOf(CursorLostException.class)
                .hasMessageContaining("ErrorInvalidSyncStateData")
                .hasMessageContaining("11111111-aaaa");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ErrorSyncFolderNotFound", "ErrorFolderNotFound"})
    void aFolderThatIsGoneIsLookedUpAgain(String code) { // F31
        ews.server.then(EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.folder("f1"))));
        ews.server.then(
                EwsAnswers.xml(EwsAnswers.response("SyncFolderItems", EwsAnswers.error("SyncFolderItems", code))));
        ews.server.then(EwsAnswers.xml(EwsAnswers.response("GetFolder", EwsAnswers.folder("f2"))));
        ews.source.fetchFolders(ews.mailbox);

        assertThatThrownBy(() -> ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty()))
                .isInstanceOf(FolderGoneException.class);

        assertThat(ews.source.fetchFolders(ews.mailbox)).containsExactly(new MailFolder("f2", "inbox"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes/>",
                "<m:SyncState>S</m:SyncState><m:Changes/>",
                "<m:SyncState> </m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>",
                "<m:SyncState>S</m:SyncState><m:IncludesLastItemInRange>maybe</m:IncludesLastItemInRange>",
                "<m:SyncState>S</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"
                        + "<m:Changes><t:Create><t:Message/></t:Create></m:Changes>"
            })
    void aPageWithoutWhatItMustHaveIsRejectedWhole(String payload) { // F32
        ews.server.then(
                EwsAnswers.xml(EwsAnswers.response("SyncFolderItems", EwsAnswers.success("SyncFolderItems", payload))));

        assertMalformedPage();
    }

    @Test
    void aPageCutAnywhereIsRejectedWhole() { // F32
        String whole = EwsAnswers.changes("STATE", true, EwsAnswers.created("a"), EwsAnswers.created("b"));
        for (int end = 1; end < whole.length(); end += 37) {
            ews.server.then(EwsAnswers.xml(whole.substring(0, end)));
            assertMalformedPage();
        }
        ews.server.then(EwsAnswers.xml(whole.substring(0, whole.length() - 1)));
        assertMalformedPage();
    }

    @Test
    void aPageInTheWrongNamespaceIsRejected() { // F32
        ews.server.then(
                EwsAnswers.xml(EwsAnswers.changes("STATE", true).replace(Namespaces.MESSAGES, "urn:something-else")));

        assertMalformedPage();
    }

    private void assertMalformedPage() {
        assertThatThrownBy(() -> ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty()))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("request-id 11111111-aaaa");
    }

    @Test
    void otherPrefixesAndUnknownElementsChangeNothing() { // F32
        String page = EwsAnswers.changes("STATE", true, EwsAnswers.created("a"))
                .replace("<m:SyncState>", "<m:Novelty><m:SyncState>no</m:SyncState></m:Novelty><m:SyncState>")
                .replace("m:", "w1:")
                .replace("xmlns:w1:", "xmlns:w1")
                .replace(":m=", ":w1=");
        ews.server.then(EwsAnswers.xml(page));

        MailPage read = ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty());

        assertThat(read.next().value()).isEqualTo("STATE");
        assertThat(read.messages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://mail.example.org/EWS/Exchange.asmx",
                "ftp://127.0.0.1/x",
                "/EWS/Exchange.asmx",
                "https://u:p@mail.example.org/EWS",
                "https://mail.example.org/EWS?x=1"
            })
    void tokensGoToAProperAddressOnly(String url) {
        assertThatThrownBy(() ->
                        new EwsMailSource(URI.create(url), ews.tokens, ews.http, Duration.ofSeconds(1), ews.clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ewsUrl must");
    }

    @Test
    void theSourceIsForEws() {
        assertThat(ews.source.protocol()).isEqualTo(Protocol.EWS);
    }
}
