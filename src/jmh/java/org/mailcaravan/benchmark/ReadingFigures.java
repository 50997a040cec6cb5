package org.mailcaravan.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.mailcaravan.benchmark.Reading.Variant;
import org.mailcaravan.benchmark.ReadingRun.Result;
import org.mailcaravan.mailbox.Protocol;

/**
 * One mailbox read by the component, by the loop with Microsoft's SDK and by the least that could do it. Every reading is a process of its own, in an order that
 * turns from round to round; of several rounds ({@code -Dbenchmark.rounds}) the median by time counts.
 */
final class ReadingFigures {
    private static final int MESSAGES = Integer.getInteger("benchmark.messages", 2_000);
    private static final int WARM_UP = 400;
    private static final List<Case> GRAPH_CASES =
            List.of(new Case("json", 0), new Case("mime", 0), new Case("json", 50), new Case("mime", 50));
    private static final double JSON_TO_PEER = 5;
    private static final double DISTANT_MIME_TO_PEER = 3;
    private static final double DISTANT_EWS_TO_PEER = 5;
    private static final double TO_FLOOR = 0.8;

    private final Path directory;
    private final Protocol protocol;
    private final int rounds = Integer.getInteger("benchmark.rounds", 3);

    ReadingFigures(Protocol protocol, Path directory) {
        this.protocol = protocol;
        this.directory = directory;
    }

    /** EWS has MIME only. */
    private List<Case> cases() {
        return protocol == Protocol.GRAPH
                ? GRAPH_CASES
                : GRAPH_CASES.stream().filter(one -> one.mode().equals("mime")).toList();
    }

    private record Case(String mode, int latency) {}

    Map<String, Object> measure() throws Exception {
        Files.createDirectories(directory);
        Process tenant =
                java(ReadingTenant.class, "tenant", protocol.word(), String.valueOf(WARM_UP), String.valueOf(MESSAGES));
        try {
            return figures(tenant);
        } finally {
            tenant.getOutputStream().close();
            tenant.destroy();
        }
    }

    private Map<String, Object> figures(Process tenant) throws Exception {
        BufferedReader answers = tenant.inputReader(StandardCharsets.UTF_8);
        List<Map<String, Object>> table = new ArrayList<>();
        for (Case one : cases()) {
            Map<Variant, List<Result>> results = new EnumMap<>(Variant.class);
            for (int round = 0; round < rounds; round++) {
                for (Variant variant : order(round)) {
                    tenant.getOutputStream().write('\n');
                    tenant.getOutputStream().flush();
                    Result result = run(variant, one, marked(answers, ReadingTenant.ANSWER));
                    results.computeIfAbsent(variant, v -> new ArrayList<>()).add(result);
                    tell(one, variant, result);
                }
            }
            table.add(row(one, results));
        }
        return summary(table);
    }

    private static List<Variant> order(int round) {
        List<Variant> order = new ArrayList<>(List.of(Variant.values()));
        Collections.rotate(order, round);
        return order;
    }

    private Result run(Variant variant, Case one, String tenant) throws Exception {
        Path work = directory.resolve("work");
        remove(work);
        Files.createDirectories(work);
        Process process = java(
                ReadingRun.class,
                "run",
                variant.name(),
                one.mode(),
                String.valueOf(one.latency()),
                work.toString(),
                protocol.word());
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            process.getOutputStream().write(tenant.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            return new ObjectMapper().readValue(marked(out, ReadingRun.RESULT), Result.class);
        } finally {
            process.destroy();
            process.waitFor();
            remove(work);
        }
    }

    /** The rest of the next line that begins so; others are the process's log, and shown. */
    private String marked(BufferedReader lines, String mark) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(mark)) {
                return line.substring(mark.length());
            }
            System.err.println(line);
        }
        throw new IllegalStateException("a process ended without its result; see the logs in " + directory);
    }

    private Process java(Class<?> main, String log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-classpath",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(log + ".log").toFile()))
                .start();
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void tell(Case one, Variant variant, Result result) {
        System.out.printf(
                Locale.ROOT,
                "%-4s %2d ms  %-9s %7.1f messages/s %6d requests %6.1f MB %6.1f CPU s %8.1f MB allocated%n",
                one.mode(),
                one.latency(),
                variant.name().toLowerCase(Locale.ROOT),
                result.rate(),
                result.requests(),
                result.bytes() / 1e6,
                result.cpuSeconds(),
                result.allocated() / 1e6);
    }

    private static Map<String, Object> row(Case one, Map<Variant, List<Result>> results) {
        Map<Variant, Result> medians = new EnumMap<>(Variant.class);
        results.forEach((variant, all) -> medians.put(variant, median(all)));
        Result ours = medians.get(Variant.COMPONENT);
        Result peer = medians.get(Variant.SDK);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("mode", one.mode());
        row.put("latency_ms", one.latency());
        medians.forEach((variant, result) -> row.put(variant.name().toLowerCase(Locale.ROOT), told(result)));
        row.put("ratio_to_peer", ours.rate() / peer.rate());
        row.put("ratio_to_floor", ours.rate() / medians.get(Variant.FLOOR).rate());
        row.put("cpu_to_peer", ours.cpuSeconds() / peer.cpuSeconds());
        return row;
    }

    private static Result median(List<Result> results) {
        return results.stream()
                .sorted(Comparator.comparingDouble(Result::seconds))
                .toList()
                .get(results.size() / 2);
    }

    private static Map<String, Object> told(Result result) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("messages_per_second", result.rate());
        told.put("requests", result.requests());
        told.put("bytes", result.bytes());
        told.put("cpu_seconds", result.cpuSeconds());
        told.put("cpu_ms_per_message", result.cpuSeconds() * 1000 / result.messages());
        told.put("allocated_bytes", result.allocated());
        return told;
    }

    private Map<String, Object> summary(List<Map<String, Object>> table) {
        Map<String, Boolean> goals = new LinkedHashMap<>();
        double distantMime = protocol == Protocol.GRAPH ? DISTANT_MIME_TO_PEER : DISTANT_EWS_TO_PEER;
        goals.put("json_5_times_peer", all(table, row -> !isJson(row) || number(row, "ratio_to_peer") >= JSON_TO_PEER));
        goals.put(
                "mime_at_50_ms_" + (int) distantMime + "_times_peer",
                all(table, row -> isJson(row) || isNear(row) || number(row, "ratio_to_peer") >= distantMime));
        goals.put("four_fifths_of_floor", all(table, row -> number(row, "ratio_to_floor") >= TO_FLOOR));
        goals.put("less_cpu_than_peer_at_0_ms", all(table, row -> !isNear(row) || number(row, "cpu_to_peer") < 1));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("messages", MESSAGES);
        figures.put("rounds", rounds);
        figures.put("peer_page_size", protocol == Protocol.GRAPH ? GraphSdkReading.PAGE_SIZE : EwsApiReading.PAGE_SIZE);
        figures.put("ratio_to_peer", least(table, "ratio_to_peer"));
        figures.put("ratio_to_floor", least(table, "ratio_to_floor"));
        figures.put("cases", table);
        figures.put("goals", goals);
        figures.put("promise_kept", !goals.containsValue(false));
        return figures;
    }

    @FunctionalInterface
    private interface Goal {
        boolean isMet(Map<String, Object> row);
    }

    private static boolean all(List<Map<String, Object>> table, Goal goal) {
        return table.stream().allMatch(goal::isMet);
    }

    private static boolean isJson(Map<String, Object> row) {
        return "json".equals(row.get("mode"));
    }

    private static boolean isNear(Map<String, Object> row) {
        return number(row, "latency_ms") == 0;
    }

    private static double number(Map<String, Object> row, String field) {
        return ((Number) row.get(field)).doubleValue();
    }

    /** The worst case of the table. */
    private static double least(List<Map<String, Object>> table, String field) {
        return table.stream().mapToDouble(row -> number(row, field)).min().orElseThrow();
    }
}
