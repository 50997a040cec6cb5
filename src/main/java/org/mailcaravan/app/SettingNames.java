package org.mailcaravan.app;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names a setting may be written under. */
final class SettingNames {
    /** Names that begin so are the route author's own: routes see them, we do not. */
    static final String ROUTE_PREFIX = "route.";

    static final String VARIABLE_PREFIX = "MAILCARAVAN_";

    /** Kubernetes sets these for a Service called mailcaravan, or mailcaravan-something. */
    private static final Pattern KUBERNETES_NAME =
            Pattern.compile("MAILCARAVAN_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?)");

    private static final Pattern KUBERNETES_PORT = Pattern.compile("MAILCARAVAN_(.*_)?PORT=(tcp|udp|sctp)://.*");

    private static final Map<String, Setting> KEYS = new LinkedHashMap<>();
    private static final Map<String, String> VARIABLES = new LinkedHashMap<>();

    static {
        for (Setting setting : Setting.values()) {
            Stream.concat(Stream.of(setting.key()), setting.fileKey().stream()).forEach(key -> {
                KEYS.put(key, setting);
                VARIABLES.put(Setting.variable(key), key);
            });
        }
    }

    private SettingNames() {}

    /** The setting behind a name; a secret has two. */
    static Optional<Setting> setting(String key) {
        return Optional.ofNullable(KEYS.get(key));
    }

    static Optional<String> keyOfVariable(String variable) {
        return Optional.ofNullable(VARIABLES.get(variable));
    }

    /** Whether Kubernetes put the variable there, whatever its name looks like. */
    static boolean isFromKubernetes(String variable, String value) {
        return KUBERNETES_NAME.matcher(variable).matches()
                || KUBERNETES_PORT.matcher(variable + "=" + value).matches();
    }

    static String remedyForKey(String unknown) {
        return remedy(unknown, KEYS.keySet().stream().toList()) + " Names of your own, for your routes, begin with "
                + ROUTE_PREFIX;
    }

    static String remedyForVariable(String unknown) {
        return remedy(unknown, VARIABLES.keySet().stream().toList());
    }

    private static String remedy(String unknown, List<String> known) {
        String wanted = unknown.toLowerCase(Locale.ROOT);
        return known.stream()
                .min(Comparator.comparingInt(name -> distance(wanted, name.toLowerCase(Locale.ROOT))))
                .filter(name -> distance(wanted, name.toLowerCase(Locale.ROOT)) <= Math.max(2, wanted.length() / 3))
                .map(name -> "Did you mean " + name + "?")
                .orElse("See docs/settings.md for all names.");
    }

    /** Levenshtein. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
