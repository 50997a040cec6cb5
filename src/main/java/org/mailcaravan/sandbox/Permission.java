package org.mailcaravan.sandbox;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A permission that an API of the tenant publishes; names and GUIDs are those of the real services, names compare without regard to case.
 *
 * @param resource the API's identifier, which is also the audience of its access tokens
 * @param id the GUID by which a manifest's {@code requiredResourceAccess} names it
 */
public record Permission(String resource, String name, Kind kind, String id) {
    /** For whom an application acts with it. */
    public enum Kind {
        /** For a signed-in user: a scope, in tokens' {@code scp}; manifests say {@code Scope}. */
        DELEGATED,
        /** For itself: an app role, in tokens' {@code roles}; manifests say {@code Role}. */
        APPLICATION
    }

    /** Microsoft Graph: identifier and audience. */
    public static final String GRAPH = "https://graph.microsoft.com";
    /** Office 365 Exchange Online: identifier and audience, for EWS. */
    public static final String EXCHANGE = "https://outlook.office365.com";

    /** The organisation's own Exchange Server (hybrid modern authentication): a further name of {@link #EXCHANGE}, and the audience of tokens asked for by it. */
    public static final String EXCHANGE_SERVER = "https://mail.caravan.example";

    public static final Permission USER_READ =
            new Permission(GRAPH, "User.Read", Kind.DELEGATED, "e1fe6dd8-ba31-4d61-89e7-88639da4683d");
    public static final Permission MAIL_READ =
            new Permission(GRAPH, "Mail.Read", Kind.DELEGATED, "570282fd-fa5c-430d-a7fd-fc8dc98a9dca");
    public static final Permission MAIL_READ_WRITE =
            new Permission(GRAPH, "Mail.ReadWrite", Kind.DELEGATED, "024d486e-b451-40bb-833d-3e66d98c5c73");
    public static final Permission MAIL_READ_SHARED =
            new Permission(GRAPH, "Mail.Read.Shared", Kind.DELEGATED, "7b9103a5-4610-446b-9670-80643382c1fa");
    public static final Permission EWS_ACCESS =
            new Permission(EXCHANGE, "EWS.AccessAsUser.All", Kind.DELEGATED, "3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5");

    /** Read every mailbox, unless scoped. */
    public static final Permission MAIL_READ_ROLE =
            new Permission(GRAPH, "Mail.Read", Kind.APPLICATION, "810c84a8-4a9e-49e6-bf7d-12d183f40d01");
    /** Read and change every mailbox, unless scoped. */
    public static final Permission MAIL_READ_WRITE_ROLE =
            new Permission(GRAPH, "Mail.ReadWrite", Kind.APPLICATION, "e2a3a72e-5f79-4c64-b1b1-878b674786c9");
    /** Read the directory: without it an app-only client cannot address a user by principal name. */
    public static final Permission USER_READ_ALL_ROLE =
            new Permission(GRAPH, "User.Read.All", Kind.APPLICATION, "df021288-bdef-4463-88db-98f22de89214");
    /** EWS on every mailbox, by impersonation. */
    public static final Permission FULL_ACCESS_AS_APP =
            new Permission(EXCHANGE, "full_access_as_app", Kind.APPLICATION, "dc890d15-9560-4a4c-9b7f-a736ec74ec40");

    private static final List<Permission> PUBLISHED = Stream.of(
                    Stream.of(USER_READ, MAIL_READ, MAIL_READ_WRITE, MAIL_READ_SHARED, EWS_ACCESS),
                    moreOfGraphsScopes(),
                    Stream.of(MAIL_READ_ROLE, MAIL_READ_WRITE_ROLE, USER_READ_ALL_ROLE, FULL_ACCESS_AS_APP),
                    moreOfGraphsRoles())
            .flatMap(permissions -> permissions)
            .toList();

    private static Stream<Permission> moreOfGraphsScopes() {
        return Stream.of(
                scope("User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277"),
                scope("User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59"),
                scope("Mail.ReadBasic", "a4b8392a-d8d1-4954-a029-8e668a39a170"),
                scope("Mail.Send", "e383f46e-2787-4529-855e-0e479a3ffac0"),
                scope("Mail.ReadBasic.Shared", "b11fa0e7-fdb7-4dc9-b1f1-59facd463480"),
                scope("Mail.ReadWrite.Shared", "5df07973-7d5d-46ed-9847-1271055cbd51"),
                scope("Mail.Send.Shared", "a367ab51-6b49-43bf-a716-a1fb06d2a174"),
                scope("MailboxSettings.Read", "87f447af-9fa4-4c32-9dfa-4a57a73d18ce"),
                scope("MailboxFolder.Read", "52dc2051-4958-4636-8f2a-281d39c6981c"),
                scope("MailboxItem.Read", "82305458-296d-4edd-8b0b-74dd74c34526"),
                scope("EWS.AccessAsUser.All", "9769c687-087d-48ac-9cb3-c37dde652038"));
    }

    private static Stream<Permission> moreOfGraphsRoles() {
        return Stream.of(
                role("User.ReadBasic.All", "97235f07-e226-4f63-ace3-39588e11d3a1"),
                role("Mail.ReadBasic", "6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a"),
                role("Mail.ReadBasic.All", "693c5e45-0940-467d-9b8a-1022fb9d42ef"),
                role("Mail.Send", "b633e1c5-b582-4048-a93e-9f11b44c7e96"),
                role("MailboxSettings.Read", "40f97065-369a-49f4-947c-6a255697ae91"),
                role("MailboxFolder.Read.All", "99280d24-a782-4793-93cc-0888549957f6"),
                role("MailboxItem.Read.All", "7d9f353d-a7bd-4fbb-822a-26d5dd39a3ce"));
    }

    private static Permission scope(String name, String id) {
        return new Permission(GRAPH, name, Kind.DELEGATED, id);
    }

    private static Permission role(String name, String id) {
        return new Permission(GRAPH, name, Kind.APPLICATION, id);
    }

    /** The published delegated permission of that API and name, whatever the name's case. */
    public static Optional<Permission> find(String resource, String name) {
        return find(resource, name, Kind.DELEGATED);
    }

    /** The published permission of that API, name and kind, whatever the name's case. */
    public static Optional<Permission> find(String resource, String name, Kind kind) {
        return PUBLISHED.stream()
                .filter(known ->
                        known.resource.equals(resource) && known.kind == kind && known.name.equalsIgnoreCase(name))
                .findFirst();
    }

    /**
     * Reads a delegated permission: {@code https://graph.microsoft.com/Mail.Read}, or {@code Mail.Read} alone, which means Graph.
     *
     * @throws IllegalArgumentException if no API publishes it
     */
    public static Permission of(String scope) {
        return of(scope, Kind.DELEGATED);
    }

    /**
     * Reads an application permission: {@code https://outlook.office365.com/full_access_as_app}; without an API it means Graph.
     *
     * @throws IllegalArgumentException if no API publishes it
     */
    public static Permission roleOf(String role) {
        return of(role, Kind.APPLICATION);
    }

    private static Permission of(String written, Kind kind) {
        int slash = written.lastIndexOf('/');
        String resource = slash < 0 ? GRAPH : canonicalResource(written.substring(0, slash));
        return find(resource, written.substring(slash + 1), kind)
                .orElseThrow(() -> new IllegalArgumentException("No API of the sandbox publishes " + written + " as "
                        + kind.name().toLowerCase(Locale.ROOT) + " permission"));
    }

    /** The identifier of an API by any of its names: trailing slashes, letter case Exchange's second host and that of its server do not count. */
    public static String canonicalResource(String written) {
        String bare = written.toLowerCase(Locale.ROOT).replaceAll("/+$", "");
        return Arrays.asList("https://outlook.office.com", "00000002-0000-0ff1-ce00-000000000000", EXCHANGE_SERVER)
                        .contains(bare)
                ? EXCHANGE
                : bare.equals("00000003-0000-0000-c000-000000000000") ? GRAPH : bare;
    }

    /** The audience of a token for that API, asked for with these scopes: an API has as many audiences as names. */
    public static String audience(String resource, String scopes) {
        return resource.equals(EXCHANGE) && scopes.toLowerCase(Locale.ROOT).contains(EXCHANGE_SERVER + "/")
                ? EXCHANGE_SERVER
                : resource;
    }

    /** Whether it is an app role, which only an administrator grants. */
    public boolean isRole() {
        return kind == Kind.APPLICATION;
    }

    /** As clients write it: {@code https://graph.microsoft.com/Mail.Read}. */
    public String scope() {
        return resource + "/" + name;
    }
}
