package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Mixin;

/** The process that runs with the settings this command was given: commands that need its state ask it, none opens the database beside it. */
final class RunningProcess {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    /** @throws org.mailcaravan.management.ManagementException if it cannot be asked or refuses; the message names the remedy */
    JsonNode call(String operation, Map<String, ?> input) {
        return Settings.management(options.sources()).call(operation, new ObjectMapper().valueToTree(input));
    }

    static String joined(JsonNode texts) {
        return StreamSupport.stream(texts.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
    }
}
