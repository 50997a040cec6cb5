package org.mailcaravan.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A delegated permission that an API of the tenant publishes; the names are those of the real services and compare without regard to case.
 *
 * @param resource the API's identifier, which is also the audience of its access tokens
 */
public record Permission(String resource, String name) {
    /** Microsoft Graph: identifier and audience. */
    public static final String GRAPH = "https://graph.microsoft.com";
    /** Office 365 Exchange Online: identifier and audience, for EWS. */
    public static final String EXCHANGE = "https://outlook.office365.com";

    public static final Permission USER_READ = new Permission(GRAPH, "User.Read");
    public static final Permission MAIL_READ = new Permission(GRAPH, "Mail.Read");
    public static final Permission EWS_ACCESS = new Permission(EXCHANGE, "EWS.AccessAsUser.All");

    private static final List<Permission> PUBLISHED = published();

    private static List<Permission> published() {
        List<String> graph = List.of(
                "User.Read",
                "User.ReadBasic.All",
                "User.Read.All",
                "Mail.ReadBasic",
                "Mail.Read",
                "Mail.ReadWrite",
                "Mail.Send",
                "Mail.ReadBasic.Shared",
                "Mail.Read.Shared",
                "Mail.ReadWrite.Shared",
                "Mail.Send.Shared",
                "MailboxSettings.Read",
                "MailboxFolder.Read",
                "MailboxItem.Read",
                "EWS.AccessAsUser.All");
        return Stream.concat(graph.stream().map(name -> new Permission(GRAPH, name)), Stream.of(EWS_ACCESS))
                .toList();
    }

    /** The published permission of that API and name, whatever the name's case. */
    public static Optional<Permission> find(String resource, String name) {
        return PUBLISHED.stream()
                .filter(known -> known.resource.equals(resource) && known.name.equalsIgnoreCase(name))
                .findFirst();
    }

    /**
     * Reads {@code https://graph.microsoft.com/Mail.Read}, or {@code Mail.Read} alone, which means Graph.
     *
     * @throws IllegalArgumentException if no API publishes it
     */
    public static Permission of(String scope) {
        int slash = scope.lastIndexOf('/');
        String resource = slash < 0 ? GRAPH : canonicalResource(scope.substring(0, slash));
        return find(resource, scope.substring(slash + 1))
                .orElseThrow(() -> new IllegalArgumentException("No API of the sandbox publishes " + scope));
    }

    /** The identifier of an API by any of its names: trailing slashes, letter case and Exchange's second host do not count. */
    public static String canonicalResource(String written) {
        String bare = written.toLowerCase(Locale.ROOT).replaceAll("/+$", "");
        return Arrays.asList("https://outlook.office.com", "00000002-0000-0ff1-ce00-000000000000")
                        .contains(bare)
                ? EXCHANGE
                : bare.equals("00000003-0000-0000-c000-000000000000") ? GRAPH : bare;
    }

    /** As clients write it: {@code https://graph.microsoft.com/Mail.Read}. */
    public String scope() {
        return resource + "/" + name;
    }
}
