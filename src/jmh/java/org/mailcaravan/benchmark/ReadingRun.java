package org.mailcaravan.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.mailcaravan.mailbox.Protocol;

/** One variant in a process of its own: warms up on the first mailbox, several times and without latency, reads the second one, and prints what that cost as one line of JSON. */
final class ReadingRun {
    static final String RESULT = "result ";
    private static final int WARM_UPS = 10;
    private static final int NO_LIMIT = 1_000_000_000;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String tenant;

    private ReadingRun(String tenant) {
        this.tenant = tenant;
    }

    /**
     * What reading the mailbox cost.
     *
     * @param bytes of the answers' bodies, as the sandbox wrote them
     */
    record Result(double seconds, long messages, long requests, long bytes, double cpuSeconds, long allocated) {
        double rate() {
            return messages / seconds;
        }
    }

    /** @param arguments variant, {@code json} or {@code mime}, milliseconds of latency, directory, protocol; the tenant's answer is the first line of the input */
    public static void main(String[] arguments) throws Exception {
        JsonNode told = new ObjectMapper().readTree(new String(System.in.readAllBytes()));
        ReadingRun run = new ReadingRun(told.path("url").asText());
        Protocol protocol = Protocol.of(arguments[4]);
        URI root = URI.create(run.tenant + (protocol == Protocol.EWS ? "/EWS/Exchange.asmx" : "/v1.0"));
        Reading.Job job = new Reading.Job(protocol, root, arguments[1].equals("json"), Path.of(arguments[3]));
        Reading.Account first = run.json.treeToValue(told.at("/accounts/0"), Reading.Account.class);
        Reading.Account second = run.json.treeToValue(told.at("/accounts/1"), Reading.Account.class);
        try (Reading reading = Reading.Variant.valueOf(arguments[0]).start(job)) {
            run.latency(0);
            for (int time = 0; time < WARM_UPS; time++) {
                reading.read(first);
            }
            run.latency(Integer.parseInt(arguments[2]));
            System.out.println(RESULT + run.json.writeValueAsString(run.measure(reading, second)));
        }
        System.exit(0);
    }

    private Result measure(Reading reading, Reading.Account account) throws Exception {
        Costs costs = new Costs();
        long requests = requests(account);
        long bytes = bytes();
        Costs.Spent begun = costs.begin();
        reading.read(account);
        Costs.Spent spent = costs.since(begun);
        return new Result(
                spent.nanoseconds() / 1e9,
                account.messages(),
                requests(account) - requests,
                bytes() - bytes,
                spent.cpuNanoseconds() / 1e9,
                spent.bytes());
    }

    private long requests(Reading.Account account) throws Exception {
        return sum(control("requests", Map.of()).path("byMailbox").path(account.objectId()));
    }

    private long bytes() throws Exception {
        return sum(control("requests", Map.of()).path("bytesByKind"));
    }

    private static long sum(JsonNode byKind) {
        return StreamSupport.stream(byKind.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .sum();
    }

    private void latency(int milliseconds) throws Exception {
        control("graph/limits", Map.of("requests", NO_LIMIT));
        control("graph/latency", Map.of("ms", milliseconds));
        control("ews/latency", Map.of("ms", milliseconds));
    }

    private JsonNode control(String operation, Map<String, ?> input) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(tenant + "/sandbox/control/" + operation))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(input)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(operation + ": " + answer.statusCode() + " " + answer.body());
        }
        return json.readTree(answer.body());
    }
}
