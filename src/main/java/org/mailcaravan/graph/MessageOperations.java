package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;

/**
 * Messages, by immutable id.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/resources/message">message</a>
 */
final class MessageOperations {
    private static final Set<String> FLAGS = Set.of("notFlagged", "flagged", "complete");

    private MessageOperations() {}

    static void list(Invocation in) {
        GraphConfiguration options = in.options();
        String path = (in.folder().isPresent() ? in.requireFolder() : "") + "/messages";
        in.page(new Query()
                .with("$select", in.select())
                .with("$filter", in.find(GraphConstants.FILTER, options.getFilter()))
                .with("$orderby", in.find(GraphConstants.ORDER_BY, options.getOrderBy()))
                .with("$top", in.top())
                .after(path));
    }

    static void get(Invocation in) {
        in.answer(in.wire().get(new Query().with("$select", in.select()).after(in.message())));
    }

    static void mime(Invocation in) {
        in.answerContent(in.message() + "/$value");
    }

    static void createDraft(Invocation in) {
        String path = (in.folder().isPresent() ? in.requireFolder() : "") + "/messages";
        in.answerItem(in.wire().send("POST", path, in.bodyObject()), GraphConstants.MESSAGE_ID);
    }

    /** Read mark, flag and categories by option or header; if there is none of them, the body is the change. */
    static void update(Invocation in) {
        ObjectNode change = change(in);
        in.answer(in.wire().send("PATCH", in.message(), change.isEmpty() ? in.bodyObject() : change));
    }

    private static ObjectNode change(Invocation in) {
        GraphConfiguration options = in.options();
        ObjectNode change = GraphJson.object();
        in.find(GraphConstants.IS_READ, options.getIsRead())
                .ifPresent(read -> change.put("isRead", Boolean.parseBoolean(read)));
        in.find(GraphConstants.FLAG, options.getFlag())
                .ifPresent(flag -> change.putObject("flag").put("flagStatus", checkedFlag(flag)));
        in.find(GraphConstants.CATEGORIES, options.getCategories())
                .ifPresent(categories -> fill(change.putArray("categories"), categories));
        return change;
    }

    private static String checkedFlag(String flag) {
        if (!FLAGS.contains(flag)) {
            throw new IllegalArgumentException("flag must be notFlagged, flagged or complete");
        }
        return flag;
    }

    private static void fill(ArrayNode target, String categories) {
        for (String category : categories.split(",")) {
            if (!category.isBlank()) {
                target.add(category.strip());
            }
        }
    }

    static void move(Invocation in) {
        in.answerItem(transfer(in, "/move"), GraphConstants.MESSAGE_ID);
    }

    /** The id header stays the original's. */
    static void copy(Invocation in) {
        in.answer(transfer(in, "/copy"));
    }

    private static Optional<ObjectNode> transfer(Invocation in, String verb) {
        String destination = in.require(GraphConstants.DESTINATION, in.options().getDestination(), "destination");
        return in.wire().send("POST", in.message() + verb, GraphJson.object().put("destinationId", destination));
    }

    static void delete(Invocation in) {
        in.wire().delete(in.message());
    }

    static void deletePermanently(Invocation in) {
        in.wire().act(in.message() + "/permanentDelete");
    }
}
