package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** The frame of OData answers: context, pages and links to the next. */
final class Paging {
    private static final int DEFAULT_PAGE = 10;
    private static final int LARGEST_TOP = 1000;

    private Paging() {}

    /** One entity's frame, or a collection's. */
    static ObjectNode context(SandboxMailbox mailbox, GraphRequest request, String resource) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        return json.put("@odata.context", request.root() + "/$metadata#users('" + mailbox.ownerId() + "')/" + resource);
    }

    /** The page of a collection that the request asks for, already as JSON. */
    static ObjectNode paged(SandboxMailbox mailbox, GraphRequest request, List<ObjectNode> all, String context) {
        return collection(context(mailbox, request, context), request, page(request, all), all.size());
    }

    static <T> List<T> page(GraphRequest request, List<T> all) {
        int from = Math.min(skip(request), all.size());
        return all.subList(from, Math.min(all.size(), from + pageSize(request)));
    }

    static ObjectNode collection(ObjectNode json, GraphRequest request, List<ObjectNode> page, int total) {
        if (request.option("count").filter("true"::equals).isPresent()) {
            json.put("@odata.count", total);
        }
        json.putArray("value").addAll(page);
        int next = skip(request) + page.size();
        if (next < total) {
            json.put("@odata.nextLink", nextLink(request, next));
        }
        return json;
    }

    /** The same request with another {@code $skip}, its names escaped as the service does. */
    private static String nextLink(GraphRequest request, int skip) {
        String options = request.options().entrySet().stream()
                .filter(option -> !Set.of("skip", "skiptoken").contains(option.getKey()))
                .map(option ->
                        "%24" + option.getKey() + "=" + URLEncoder.encode(option.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return request.root() + request.rawPath() + "?" + options + (options.isEmpty() ? "" : "&") + "%24skip=" + skip;
    }

    private static int skip(GraphRequest request) {
        return request.option("skip")
                .or(() -> request.option("skiptoken"))
                .map(text -> number(text, "$skip", Integer.MAX_VALUE))
                .orElse(0);
    }

    private static int pageSize(GraphRequest request) {
        return request.option("top")
                .map(Paging::top)
                .orElseGet(() ->
                        Math.min(LARGEST_TOP, request.prefer().maxPageSize().orElse(DEFAULT_PAGE)));
    }

    static int top(String text) {
        int top = number(text, "$top", LARGEST_TOP);
        if (top < 1) {
            throw GraphError.badRequest("The value of $top is 1 to 1000.");
        }
        return top;
    }

    private static int number(String text, String option, int largest) {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) > largest) {
            throw GraphError.badRequest("The value of " + option + " is invalid.");
        }
        return Integer.parseInt(text);
    }
}
