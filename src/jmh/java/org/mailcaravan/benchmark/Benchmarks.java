package org.mailcaravan.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.graph.NotificationBenchmark;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.oauth.AccessTokenFigures;

/**
 * {@code mvn -Pbenchmark}: runs all benchmarks, or those that {@code -Dbenchmarks=} names, writes the figures of each as JSON into the directory of the first
 * argument, and fails if one of them is not what is promised.
 */
public final class Benchmarks {
    private static final String ALL = "all";

    private Benchmarks() {}

    /** One set of figures; its entry {@code promise_kept} tells whether the goals are met. */
    @FunctionalInterface
    interface Benchmark {
        Map<String, Object> measure(Path directory) throws Exception;
    }

    private static Map<String, Benchmark> known() {
        Map<String, Benchmark> known = new LinkedHashMap<>();
        known.put("access-token", directory -> AccessTokenFigures.measure());
        known.put("notifications", directory -> NotificationBenchmark.measure());
        for (Protocol protocol : Protocol.values()) {
            String name = protocol.word();
            known.put(name, directory -> new ReadingFigures(protocol, directory.resolve(name)).measure());
        }
        return known;
    }

    /** @param arguments where the figures go, and which benchmarks to run, with commas between them, or {@code all} */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]).toAbsolutePath();
        Map<String, Benchmark> known = known();
        List<String> names =
                arguments[1].equals(ALL) ? List.copyOf(known.keySet()) : Arrays.asList(arguments[1].split(","));
        if (!known.keySet().containsAll(names)) {
            System.err.println("-Dbenchmarks=" + arguments[1] + ": there are " + known.keySet() + " and " + ALL);
            System.exit(2);
        }
        Files.createDirectories(directory);
        boolean kept = true;
        for (String name : names) {
            Map<String, Object> figures = known.get(name).measure(directory);
            String json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(figures);
            Files.writeString(directory.resolve(name + ".json"), json + "\n");
            System.out.println(json);
            kept &= Boolean.TRUE.equals(figures.get("promise_kept"));
        }
        System.exit(kept ? 0 : 1);
    }
}
