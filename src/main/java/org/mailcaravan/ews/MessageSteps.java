package org.mailcaravan.ews;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.component.ReadChoice;

/** Messages, by ItemId. */
final class MessageSteps {
    private static final FolderRef INBOX = FolderRef.of("inbox");
    private static final Map<String, String> FLAGS =
            Map.of("notFlagged", "NotFlagged", "flagged", "Flagged", "complete", "Complete");
    private static final Map<String, String> IMPORTANCES = Map.of("low", "Low", "normal", "Normal", "high", "High");

    private MessageSteps() {}

    static void list(EwsInvocation in) {
        EwsRequest request = in.wire().requests().findItem(in.folder().orElse(INBOX), filter(in), in.page());
        in.answer(in.wire().call(request, OperationAnswers.items()));
    }

    private static ItemFilter filter(EwsInvocation in) {
        EwsConfiguration options = in.options();
        return new ItemFilter(
                in.find(EwsConstants.RECEIVED_FROM, options.getReceivedFrom())
                        .map(text -> ReadChoice.instant("receivedFrom must be", text)),
                in.find(EwsConstants.RECEIVED_BEFORE, options.getReceivedBefore())
                        .map(text -> ReadChoice.instant("receivedBefore must be", text)),
                in.find(EwsConstants.SUBJECT, options.getSubject()),
                isRead(in));
    }

    private static Optional<Boolean> isRead(EwsInvocation in) {
        return in.find(EwsConstants.IS_READ, in.options().getIsRead()).map(Boolean::parseBoolean);
    }

    static void get(EwsInvocation in) {
        EwsRequest request =
                in.wire().requests().getMessage(in.itemId(), in.options().isInternetMessageHeaders());
        in.answer(in.wire().download(request, OperationAnswers.message()));
    }

    static void mime(EwsInvocation in) {
        EwsRequest request = in.wire().requests().getMime(in.itemId());
        in.answerContent(out -> in.wire().download(request, OperationAnswers.mime(out)));
    }

    static void update(EwsInvocation in) {
        ItemChange change = change(in);
        if (change.isEmpty()) {
            throw new IllegalArgumentException(
                    "updateMessage needs something to change: isRead, flag, importance or categories");
        }
        Optional<String> changeKey =
                in.find(EwsConstants.CHANGE_KEY, in.options().getChangeKey());
        EwsRequest request = in.wire().requests().updateItem(in.itemId(), changeKey, change);
        in.answer(in.wire().call(request, OperationAnswers.changed("UpdateItem")));
    }

    private static ItemChange change(EwsInvocation in) {
        EwsConfiguration options = in.options();
        return new ItemChange(
                isRead(in),
                in.find(EwsConstants.FLAG, options.getFlag()).map(word -> word("flag", FLAGS, word)),
                in.find(EwsConstants.IMPORTANCE, options.getImportance())
                        .map(word -> word("importance", IMPORTANCES, word)),
                in.find(EwsConstants.CATEGORIES, options.getCategories()).map(ReadChoice::split));
    }

    /** Graph's words become those of EWS. */
    private static String word(String option, Map<String, String> words, String word) {
        String known = words.get(word);
        if (known == null) {
            throw new IllegalArgumentException(option + " must be one of "
                    + String.join(", ", words.keySet().stream().sorted().toList()));
        }
        return known;
    }

    /** The id header becomes that of the message where it is now. */
    static void move(EwsInvocation in) {
        ObjectNode moved = transfer(in, "MoveItem");
        String id = moved.path("id").asText("");
        if (!id.isEmpty()) {
            in.set(EwsConstants.ITEM_ID, id);
        }
    }

    /** The id header stays the original's. */
    static void copy(EwsInvocation in) {
        transfer(in, "CopyItem");
    }

    private static ObjectNode transfer(EwsInvocation in, String soap) {
        EwsRequest request = in.wire().requests().transfer(soap, in.itemId(), in.destination());
        ObjectNode answer = in.wire().call(request, OperationAnswers.changed(soap));
        in.answer(answer);
        return answer;
    }

    static void delete(EwsInvocation in) {
        delete(in, "MoveToDeletedItems");
    }

    static void deletePermanently(EwsInvocation in) {
        delete(in, "HardDelete");
    }

    private static void delete(EwsInvocation in, String type) {
        in.wire().call(in.wire().requests().deleteItem(in.itemId(), type), OperationAnswers.done("DeleteItem"));
    }
}
