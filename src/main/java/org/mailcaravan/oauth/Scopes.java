package org.mailcaravan.oauth;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.mailbox.Protocol;

/**
 * Which scopes are asked for, and what an answer's scopes mean. {@code /authorize} names the scopes of every resource, a token request those of one
 * (AADSTS28000); {@code .default} never, but for an application that asks as itself. Least scope: S16.
 */
final class Scopes {
    private static final String OIDC = "openid profile offline_access";
    private static final String USER_READ = "User.Read";
    private static final String LOOK_UP = "User.ReadBasic.All";
    private static final String MAIL_READ = "Mail.Read";
    private static final String MAIL_WRITE = "Mail.ReadWrite";
    private static final String SHARED = ".Shared";
    private static final String EWS = "EWS.AccessAsUser.All";

    private final String graph;
    private final String exchange;
    private final boolean postActions;

    Scopes(OAuthSettings.ResourceAddresses resources) {
        this(resources, false);
    }

    /** @param postActions whether read mail is to be marked or moved afterwards */
    Scopes(OAuthSettings.ResourceAddresses resources, boolean postActions) {
        graph = resources.graph() + "/";
        exchange = resources.exchange() + "/";
        this.postActions = postActions;
    }

    static Scopes of(OAuthSettings settings) {
        return new Scopes(settings.resources(), settings.mailbox().postActions());
    }

    /** What is to be read: over which protocol, and whether it is shared with the person or his own. */
    record Wanted(ConnectProtocol protocol, boolean shared, boolean lookUp) {
        /** A mailbox of the person himself. */
        static Wanted own(ConnectProtocol protocol) {
            return new Wanted(protocol, false, false);
        }

        static Wanted of(ConnectProtocol protocol, Optional<MailboxName> shared) {
            boolean lookUp = shared.map(name -> name.objectId().isEmpty()).orElse(false);
            return new Wanted(protocol, shared.isPresent(), lookUp);
        }
    }

    /** For {@code /authorize} and {@code /adminconsent}: everything, so that the person is asked once. */
    String toAuthorize(Wanted wanted) {
        String lookUp = wanted.lookUp() ? " " + graph + LOOK_UP : "";
        String mail = wanted.protocol() == ConnectProtocol.EWS ? "" : " " + graph + mail(wanted.shared());
        String ews = wanted.protocol() == ConnectProtocol.GRAPH ? "" : " " + exchange + EWS;
        return OIDC + " " + graph + USER_READ + lookUp + mail + ews;
    }

    /** For redeeming the code. {@code auto} does not insist on the mail permission here: the answer lists it anyway if it was granted. */
    String toRedeem(Wanted wanted) {
        return OIDC + " " + graph + USER_READ
                + (wanted.protocol() == ConnectProtocol.GRAPH ? " " + graph + mail(wanted.shared()) : "");
    }

    /** For a device code, whose token is for one resource: Exchange Online for {@code ews}, else Graph. */
    String toDevice(ConnectProtocol protocol) {
        return protocol == ConnectProtocol.EWS
                ? OIDC + " " + exchange + EWS
                : OIDC + " " + graph + USER_READ + " " + graph + mail(false);
    }

    /** @param granted what the credential is known to hold: naming more would be refused (AADSTS65001) */
    String toRefresh(Resource resource, Set<String> granted) {
        return (resource == Resource.EXCHANGE ? exchange + EWS : graph + USER_READ + mailScopes(granted))
                + " offline_access";
    }

    private String mailScopes(Set<String> granted) {
        String held = Stream.of(MAIL_READ, MAIL_WRITE, MAIL_READ + SHARED, MAIL_WRITE + SHARED)
                .filter(permission -> holds(granted, permission))
                .map(permission -> " " + graph + permission)
                .collect(Collectors.joining());
        return granted.isEmpty() ? " " + graph + MAIL_READ : held;
    }

    /** For client credentials, where nothing else can be asked for: every permission that an administrator consented to. */
    String ofApplication(Resource resource) {
        return (resource == Resource.EXCHANGE ? exchange : graph) + ".default";
    }

    /** The permission that reading needs, by its short name. */
    String needed(Protocol protocol, boolean shared) {
        return protocol == Protocol.EWS ? EWS : mail(shared);
    }

    private String mail(boolean shared) {
        return (postActions ? MAIL_WRITE : MAIL_READ) + (shared ? SHARED : "");
    }

    /**
     * Whether the scopes of an answer for this protocol's resource let the mailbox be read. Microsoft spells them bare or with any of the resource's
     * names ({@code outlook.office365.com}, {@code outlook.office.com}, a double slash), in any case: an answer is for one resource, so the name decides.
     */
    boolean allowReading(Set<String> granted, Protocol protocol, boolean shared) {
        return holds(granted, needed(protocol, shared))
                || protocol == Protocol.GRAPH && holds(granted, MAIL_WRITE + (shared ? SHARED : ""));
    }

    /** Whether a grant of these scopes is too small for what is wanted now; a grant that says nothing is not. */
    boolean lacks(Set<String> granted, Wanted wanted) {
        boolean graphReads = allowReading(granted, Protocol.GRAPH, wanted.shared());
        boolean ewsReads = allowReading(granted, Protocol.EWS, wanted.shared());
        boolean enough = switch (wanted.protocol()) {
            case GRAPH -> graphReads;
            case EWS -> ewsReads;
            case AUTO -> graphReads || ewsReads;
        };
        return !granted.isEmpty() && !(enough && (!wanted.lookUp() || holds(granted, LOOK_UP)));
    }

    private static boolean holds(Set<String> granted, String permission) {
        return granted.stream()
                .map(scope -> scope.substring(scope.lastIndexOf('/') + 1))
                .anyMatch(permission::equalsIgnoreCase);
    }

    /** RFC 6749 section 3.3: separated by blanks. */
    static Set<String> split(String scope) {
        return Arrays.stream(scope.split(" ")).filter(word -> !word.isBlank()).collect(Collectors.toUnmodifiableSet());
    }
}
