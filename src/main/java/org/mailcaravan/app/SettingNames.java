package org.mailcaravan.app;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
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

    private static final Pattern OF_REGISTRATION = Pattern.compile("oauth\\.([^.]+)\\.([^.]+)");

    private final List<String> registrations;
    private final Map<String, SettingName> keys = new LinkedHashMap<>();
    private final Map<String, String> variables = new LinkedHashMap<>();

    /** @param registrations the app registrations besides the first */
    SettingNames(List<String> registrations) {
        this.registrations = List.copyOf(registrations);
        for (Setting setting : Setting.values()) {
            add(new SettingName(setting, setting.key()));
            if (setting.ofRegistration()) {
                registrations.forEach(name -> add(new SettingName(setting, setting.keyOf(name))));
            }
        }
    }

    private void add(SettingName name) {
        Stream.concat(Stream.of(name.key()), name.fileKey().stream()).forEach(key -> {
            keys.put(key, name);
            variables.put(Setting.variable(key), key);
        });
    }

    List<String> registrations() {
        return registrations;
    }

    /** Every name that has a value of its own: a secret's file is not among them. */
    List<SettingName> all() {
        return keys.values().stream().distinct().toList();
    }

    /** The setting behind a name; a secret has two. */
    Optional<SettingName> find(String key) {
        return Optional.ofNullable(keys.get(key));
    }

    Optional<String> keyOfVariable(String variable) {
        return Optional.ofNullable(variables.get(variable));
    }

    /** Whether Kubernetes put the variable there, whatever its name looks like. */
    static boolean isFromKubernetes(String variable, String value) {
        return KUBERNETES_NAME.matcher(variable).matches()
                || KUBERNETES_PORT.matcher(variable + "=" + value).matches();
    }

    String remedyForKey(String unknown) {
        return registrationToName(unknown)
                .map(name -> "Name the app registration " + name + " in " + Setting.OAUTH_REGISTRATIONS.key() + ".")
                .orElseGet(() -> remedy(unknown, keys.keySet().stream().toList())
                        + " Names of your own, for your routes, begin with " + ROUTE_PREFIX);
    }

    String remedyForVariable(String unknown) {
        return remedy(unknown, variables.keySet().stream().toList());
    }

    /** The part in the middle, if all that is wrong with a name is that no registration is called so. */
    private Optional<String> registrationToName(String unknown) {
        Matcher matcher = OF_REGISTRATION.matcher(unknown);
        return matcher.matches()
                        && SettingTypes.isRegistration(matcher.group(1))
                        && !registrations.contains(matcher.group(1))
                        && find("oauth." + matcher.group(2))
                                .filter(name -> name.setting().ofRegistration())
                                .isPresent()
                ? Optional.of(matcher.group(1))
                : Optional.empty();
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
