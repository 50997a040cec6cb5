package org.mailcaravan.oauth;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.mailbox.Protocol;

/**
 * Which scopes are asked for, and what an answer's scopes mean. {@code /authorize} names the scopes of every resource, a token request those of one
 * (AADSTS28000); {@code .default} never, but for an application that asks as itself. Least scope: S16.
 */
final class Scopes {
    private static final String OIDC = "openid profile offline_access";
    private static final String USER_READ = "User.Read";
    private static final String MAIL_READ = "Mail.Read";
    private static final String EWS = "EWS.AccessAsUser.All";

    private final String graph;
    private final String exchange;

    Scopes(OAuthSettings.ResourceAddresses resources) {
        graph = resources.graph() + "/";
        exchange = resources.exchange() + "/";
    }

    /** For {@code /authorize}: everything, so that the person is asked once. */
    String toAuthorize(ConnectProtocol protocol) {
        String mail = protocol == ConnectProtocol.EWS ? "" : " " + graph + MAIL_READ;
        String ews = protocol == ConnectProtocol.GRAPH ? "" : " " + exchange + EWS;
        return OIDC + " " + graph + USER_READ + mail + ews;
    }

    /** For redeeming the code. {@code auto} does not insist on {@code Mail.Read} here: the answer lists it anyway if it was granted. */
    String toRedeem(ConnectProtocol protocol) {
        return OIDC + " " + graph + USER_READ + (protocol == ConnectProtocol.GRAPH ? " " + graph + MAIL_READ : "");
    }

    String toRefresh(Resource resource) {
        return resource == Resource.EXCHANGE
                ? exchange + EWS + " offline_access"
                : graph + USER_READ + " " + graph + MAIL_READ + " offline_access";
    }

    /** For client credentials, where nothing else can be asked for: every permission that an administrator consented to. */
    String ofApplication(Resource resource) {
        return (resource == Resource.EXCHANGE ? exchange : graph) + ".default";
    }

    /**
     * Whether the scopes of an answer for this protocol's resource let the mailbox be read. Microsoft spells them bare or with any of the resource's
     * names ({@code outlook.office365.com}, {@code outlook.office.com}, a double slash), in any case: an answer is for one resource, so the name decides.
     */
    boolean allowReading(Set<String> granted, Protocol protocol) {
        return protocol == Protocol.GRAPH
                ? holds(granted, MAIL_READ) || holds(granted, "Mail.ReadWrite")
                : holds(granted, EWS);
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
