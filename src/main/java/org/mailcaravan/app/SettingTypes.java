package org.mailcaravan.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mailcaravan.app.SettingType.Refused;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.oauth.MailboxName;

/** The types of settings that say nothing about the web; see {@link WebTypes} for those that do. */
final class SettingTypes {
    static final SettingType TEXT = SettingType.of("text", text -> text);
    static final SettingType SECRET = new SettingType("secret", true, SettingTypes::secret);
    static final SettingType BOOLEAN = SettingType.of("`true` or `false`", SettingTypes::bool);
    static final SettingType PATH = SettingType.of("path", SettingTypes::path);
    static final SettingType SIZE = SettingType.of("size (`B`, `KB`, `MB`, `GB`; 1 KB is 1024 B)", SettingTypes::size);
    static final SettingType FOLDERS = SettingType.of("folder names, comma separated", SettingTypes::folders);
    static final SettingType GUID = SettingType.of("GUID", SettingTypes::guid);
    static final SettingType TENANT =
            SettingType.of("GUID, domain, `organizations`, `common` or `consumers`", SettingTypes::tenant);
    static final SettingType TENANT_IDS = SettingType.of("GUIDs, comma separated", SettingTypes::tenantIds);

    static final SettingType DATE = SettingType.of("date (`2027-01-31`)", SettingTypes::date);
    static final SettingType DATE_OR_NEVER = SettingType.of(
            "date (`2027-01-31`) or `never`",
            text -> text.equals("never") ? Optional.empty() : Optional.of(SettingTypes.date(text)));
    static final SettingType REGISTRATIONS =
            SettingType.of("names of `a-z`, `0-9`, `-`, comma separated", SettingTypes::registrations);
    static final SettingType MAIL_SERVER_IDS =
            SettingType.of("ids, comma separated", text -> Set.copyOf(list(text, SettingTypes::mailServerId)));
    static final SettingType MAILBOXES = SettingType.of(
            "addresses, object ids, or both with a blank between, comma separated",
            text -> Set.copyOf(list(text, SettingTypes::mailbox)));

    private static final Pattern GUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern DOMAIN =
            Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]{1,61}");
    private static final Set<String> ALIASES = Set.of("organizations", "common", "consumers");
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,12}) ?([A-Za-z]+)");
    private static final Map<String, Duration> DURATIONS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZES = Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);

    private SettingTypes() {}

    static SettingType words(String... words) {
        String label = Arrays.stream(words).map(word -> "`" + word + "`").collect(Collectors.joining(", "));
        return SettingType.of(label, text -> {
            if (!Set.of(words).contains(text)) {
                throw new Refused("is " + quote(text), "Write one of: " + String.join(", ", words) + ".");
            }
            return text;
        });
    }

    static SettingType number(int least, int most) {
        return SettingType.of("number, " + least + " to " + most, text -> {
            if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
                throw new Refused("is " + quote(text), "Write a whole number from " + least + " to " + most + ".");
            }
            return Integer.valueOf(text);
        });
    }

    static SettingType duration(String least, String most) {
        Duration from = duration(least);
        Duration to = duration(most);
        return SettingType.of("duration (`ms`, `s`, `m`, `h`, `d`), " + least + " to " + most, text -> {
            Duration duration = duration(text);
            if (duration.compareTo(from) < 0 || duration.compareTo(to) > 0) {
                throw new Refused("is " + quote(text), "Write a duration from " + least + " to " + most + ".");
            }
            return duration;
        });
    }

    static boolean isGuid(String text) {
        return GUID_TEXT.matcher(text).matches();
    }

    static boolean isAlias(String tenant) {
        return ALIASES.contains(tenant);
    }

    /** What was written, made safe to show. */
    static String quote(String text) {
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    static <T> List<T> list(String text, Function<String, T> element) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .distinct()
                .map(element)
                .toList();
    }

    private static Object secret(String text) {
        if (text.matches("(?s)<.*>|\\$\\{.*}|\\{\\{.*}}")
                || Set.of("changeme", "change-me", "secret", "password", "xxx", "todo")
                        .contains(text.toLowerCase(Locale.ROOT))) {
            throw new Refused("is a placeholder, not a secret", "Write the secret itself.");
        }
        return Secret.of(text);
    }

    private static Object bool(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new Refused("is " + quote(text), "Write true or false.");
        }
        return Boolean.valueOf(text);
    }

    private static Object path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new Refused("is no path", "Write a path of this machine's file system.");
        }
    }

    private static Duration duration(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()
                || !DURATIONS.containsKey(matcher.group(2))
                || matcher.group(1).length() > 9) {
            throw new Refused("is " + quote(text), "Write a number and a unit: 500ms, 30s, 5m, 12h or 7d.");
        }
        return DURATIONS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
    }

    private static Object size(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        Long unit = matcher.matches() ? SIZES.get(matcher.group(2)) : null;
        if (unit == null || matcher.group(1).length() > 9) {
            throw new Refused("is " + quote(text), "Write a number and a unit: 512MB or 1GB.");
        }
        return unit * Long.parseLong(matcher.group(1));
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new Refused("is " + quote(text), "Write a date as year, month and day: 2027-01-31.");
        }
    }

    static boolean isRegistration(String name) {
        return name.matches("[a-z0-9-]{1,40}") && !name.equals(Setting.FIRST);
    }

    private static Object registrations(String text) {
        return list(text, name -> {
            if (!isRegistration(name)) {
                throw new Refused(
                        "names " + quote(name),
                        "Write names of a-z, 0-9 and -, for example partner; default is the one without a name.");
            }
            return name;
        });
    }

    private static String mailServerId(String id) {
        if (!id.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new Refused("has the entry " + quote(id), "Write ids of letters, digits and . _ - only.");
        }
        return id;
    }

    private static MailboxName mailbox(String text) {
        try {
            return MailboxName.of(text);
        } catch (IllegalArgumentException e) {
            throw new Refused("has the entry " + quote(text), "Write addresses, or object ids from the directory.");
        }
    }

    /** What the ledger keeps of a mailbox's choice, commas included. */
    private static final int MOST_FOLDER_CHARACTERS = 2000;

    private static Object folders(String text) {
        List<String> folders = list(text, name -> {
            if (!name.matches("\\*|[^/*\\p{Cntrl}]{1,255}(/[^/*\\p{Cntrl}]{1,255})*(/\\*\\*)?")) {
                throw new Refused(
                        "names the folder " + quote(name),
                        "Write well-known names (inbox), paths (inbox/Projects/2026), trees (inbox/**), ids, or * for all.");
            }
            return name;
        });
        if (folders.isEmpty()) {
            throw new Refused("names no folder", "Write at least one, for example inbox.");
        }
        if (String.join(",", folders).length() > MOST_FOLDER_CHARACTERS) {
            throw new Refused(
                    "is longer than " + MOST_FOLDER_CHARACTERS + " characters",
                    "Name a tree such as inbox/** instead of each of its folders.");
        }
        return folders;
    }

    /** Never repeats the text: a secret may have been pasted into the wrong place. */
    private static Object guid(String text) {
        if (!isGuid(text)) {
            throw new Refused(
                    "is no GUID",
                    "Copy the Application (client) ID from the app registration's overview; it looks like"
                            + " 00000000-0000-0000-0000-000000000000.");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static Object tenant(String text) {
        if (!isGuid(text) && !isAlias(text) && !DOMAIN.matcher(text).matches()) {
            throw new Refused(
                    "is neither a GUID nor a domain nor organizations, common or consumers",
                    "Copy the Directory (tenant) ID from the app registration's overview.");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static Object tenantIds(String text) {
        return Set.copyOf(list(text, tenant -> {
            if (!isGuid(tenant)) {
                throw new Refused(
                        "has an entry that is no GUID",
                        "List Directory (tenant) IDs, comma separated; domains do not stand in tokens.");
            }
            return new TenantId(tenant);
        }));
    }
}
