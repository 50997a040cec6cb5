package org.mailcaravan.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.control.MailPart;
import org.mailcaravan.sandbox.ews.EwsPart;
import org.mailcaravan.sandbox.ews.EwsSettings;
import org.mailcaravan.sandbox.graph.GraphSettings;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SeedMail;
import org.mailcaravan.sandbox.mail.SeedOptions;

/**
 * The sandbox in a process of its own, with one seeded mailbox per further argument that holds so many messages, one of 25 MB among them. Answers every line of its input with one line of JSON:
 * its address, and the mailboxes with a fresh token each. Ends with its input.
 */
final class ReadingTenant {
    static final String ANSWER = "tenant ";

    private ReadingTenant() {}

    public static void main(String[] arguments) throws Exception {
        SandboxOptions options =
                SandboxOptions.builder().httpPort(0).messages(0).build();
        SandboxMailboxes mailboxes = MailPart.empty(SandboxDirectory.from(options), options);
        boolean byEws = Protocol.of(arguments[0]) == Protocol.EWS;
        List<Integer> sizes =
                Arrays.stream(arguments).skip(1).map(Integer::valueOf).toList();
        for (int at = 0; at < sizes.size(); at++) {
            int messages = sizes.get(at);
            SeedMail.fill(
                    mailboxes.all().get(at),
                    SeedOptions.of(at + 1, messages, options.clock().instant()));
        }
        try (SandboxTenant tenant = SandboxTenant.start(
                options,
                new MailPart(mailboxes, GraphSettings.defaults(), new SecureRandom()),
                new EwsPart(mailboxes, EwsSettings.defaults()))) {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (in.readLine() != null) {
                System.out.println(ANSWER + new ObjectMapper().writeValueAsString(told(tenant, byEws, sizes)));
            }
        }
    }

    private static Map<String, Object> told(SandboxTenant tenant, boolean byEws, List<Integer> sizes) {
        List<Reading.Account> accounts = new ArrayList<>();
        for (int at = 0; at < sizes.size(); at++) {
            SandboxUser user = tenant.directory().users().get(at);
            String token = tenant.authority()
                    .accessToken(
                            user,
                            tenant.directory().demoRegistration(),
                            byEws ? Permission.EXCHANGE : Permission.GRAPH,
                            byEws ? Set.of(Permission.EWS_ACCESS) : Set.of(Permission.USER_READ, Permission.MAIL_READ));
            accounts.add(new Reading.Account(user.objectId(), user.userPrincipalName(), token, sizes.get(at)));
        }
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("url", tenant.server().httpUrl().toString());
        told.put("accounts", accounts);
        return told;
    }
}
