package org.mailcaravan.app;

import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Microsoft's clouds: what the settings are there unless they are given, and whose hosts are whose. The global one is what {@link Setting} says itself. Source:
 * Microsoft identity platform, national clouds; Graph, deployments. The EWS host of DoD is not in Microsoft's documents.
 */
enum Cloud {
    GLOBAL(
            Map.of(),
            Set.of(
                    "login.microsoftonline.com",
                    "login.windows.net",
                    "login.microsoft.com",
                    "graph.microsoft.com",
                    "outlook.office365.com",
                    "outlook.office.com")),
    GCC_HIGH(
            presets(
                    "login.microsoftonline.us",
                    "graph.microsoft.us",
                    "outlook.office365.us",
                    "api://AzureADTokenExchangeUSGov"),
            Set.of("login.microsoftonline.us", "graph.microsoft.us", "outlook.office365.us")),
    DOD(
            presets(
                    "login.microsoftonline.us",
                    "dod-graph.microsoft.us",
                    "webmail.apps.mil",
                    "api://AzureADTokenExchangeUSGov"),
            Set.of(
                    "login.microsoftonline.us",
                    "dod-graph.microsoft.us",
                    "webmail.apps.mil",
                    "outlook-dod.office365.us",
                    "dod-outlook.office365.us")),
    CHINA(
            presets(
                    "login.partner.microsoftonline.cn",
                    "microsoftgraph.chinacloudapi.cn",
                    "partner.outlook.cn",
                    "api://AzureADTokenExchangeChina"),
            Set.of(
                    "login.partner.microsoftonline.cn",
                    "login.chinacloudapi.cn",
                    "microsoftgraph.chinacloudapi.cn",
                    "partner.outlook.cn"));

    private final Map<Setting, String> presets;
    private final Set<String> hosts;

    Cloud(Map<Setting, String> presets, Set<String> hosts) {
        this.presets = presets;
        this.hosts = hosts;
    }

    /** The word used in settings, for example {@code gcc-high}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Cloud> of(String word) {
        return Arrays.stream(values())
                .filter(cloud -> cloud.word().equals(word))
                .findFirst();
    }

    /** Whether this is a host of one of the clouds. */
    static boolean isMicrosofts(URI address) {
        return !inside(address).isEmpty();
    }

    /** The clouds this host belongs to; all of them if it is none of Microsoft's. */
    static Set<Cloud> holding(URI address) {
        Set<Cloud> found = inside(address);
        return found.isEmpty() ? EnumSet.allOf(Cloud.class) : found;
    }

    private static Set<Cloud> inside(URI address) {
        Set<Cloud> found = EnumSet.noneOf(Cloud.class);
        for (Cloud cloud : values()) {
            if (address.getHost() != null
                    && cloud.hosts.contains(address.getHost().toLowerCase(Locale.ROOT))) {
                found.add(cloud);
            }
        }
        return found;
    }

    Optional<String> preset(Setting setting) {
        return Optional.ofNullable(presets.get(setting));
    }

    private static Map<Setting, String> presets(String login, String graph, String outlook, String audience) {
        return Map.of(
                Setting.OAUTH_AUTHORITY,
                "https://" + login,
                Setting.OAUTH_FEDERATED_AUDIENCE,
                audience,
                Setting.GRAPH_ROOT,
                "https://" + graph + "/v1.0",
                Setting.GRAPH_RESOURCE,
                "https://" + graph,
                Setting.EWS_URL,
                "https://" + outlook + "/EWS/Exchange.asmx",
                Setting.EWS_RESOURCE,
                "https://" + outlook,
                Setting.EWS_AUTODISCOVER_HOSTS,
                outlook);
    }
}
