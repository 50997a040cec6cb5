package org.mailcaravan.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The delivered files, told apart by the number that the sandbox writes into the header of every message: lost and doubled mail cannot hide. */
final class DemoInbox {
    private static final String NUMBER = "x-sandbox-message:";

    private final Path inbox;
    private final Map<Path, String> numbers = new HashMap<>();

    DemoInbox(Path inbox) {
        this.inbox = inbox;
    }

    /**
     * @param files delivered messages: an {@code .eml} with its {@code .json}
     * @param distinct different messages among them
     */
    record Count(long files, long distinct) {}

    Count count() {
        List<Path> delivered = delivered();
        HashSet<String> distinct = new HashSet<>();
        delivered.forEach(file -> distinct.add(numbers.computeIfAbsent(file, DemoInbox::number)));
        return new Count(delivered.size(), distinct.size());
    }

    Map<String, Long> byMailbox() {
        Map<String, Long> counts = new TreeMap<>();
        delivered().forEach(file -> counts.merge(file.getParent().getFileName().toString(), 1L, Long::sum));
        return counts;
    }

    private List<Path> delivered() {
        if (!Files.exists(inbox)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(inbox, 2)) {
            return files.filter(file -> file.getFileName().toString().matches("[^.].*\\.eml"))
                    .filter(DemoInbox::hasEvent)
                    .toList();
        } catch (UncheckedIOException | IOException e) {
            return List.of(); // a file was renamed under the walk; the next count sees it
        }
    }

    private static boolean hasEvent(Path eml) {
        return Files.exists(eml.resolveSibling(eml.getFileName().toString().replaceFirst("\\.eml$", ".json")));
    }

    private static String number(Path eml) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(Files.newInputStream(eml), StandardCharsets.ISO_8859_1))) {
            return reader.lines()
                    .takeWhile(line -> !line.isEmpty())
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(NUMBER))
                    .findFirst()
                    .orElse("no number in " + eml);
        } catch (NoSuchFileException e) {
            return "gone: " + eml;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
