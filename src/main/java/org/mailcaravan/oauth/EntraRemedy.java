package org.mailcaravan.oauth;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the AADSTS numbers that a mail connector meets mean: whose turn it is, and the one next step. */
enum EntraRemedy {
    SIGN_IN_AGAIN(
            WhoActs.SIGN_IN,
            "Sign in again with your connect link.",
            50034,
            50055,
            50058,
            50072,
            50074,
            50076,
            50078,
            50079,
            50085,
            50089,
            50126,
            50132,
            50133,
            50158,
            50173,
            70000,
            70008,
            700081,
            700082),
    CHOOSE_ACCOUNT(
            WhoActs.SIGN_IN,
            "Several accounts are signed in in this browser. Open your connect link again and choose the one whose mailbox it is.",
            16000),
    SIGN_IN_FREQUENCY(
            WhoActs.SIGN_IN,
            "A policy of your organisation asks for a new sign-in from time to time (sign-in frequency). Sign in again with your connect "
                    + "link; to end this for good, let your Microsoft 365 administrator exclude this application, or connect the mailbox app-only.",
            70043),
    OTHER_ACCOUNT(WhoActs.SIGN_IN, "Sign in with an account of the organisation this link was made for.", 50020, 90072),
    DECLINED(
            WhoActs.SIGN_IN,
            "You cancelled, or did not give the permissions. Open your connect link again, and give the permissions Microsoft asks for.",
            65004),
    NOT_GIVEN(
            WhoActs.SIGN_IN,
            "Permission was not given. If you pressed Cancel by mistake, open your connect link again; if Microsoft said that an "
                    + "administrator must approve, ask your Microsoft 365 administrator to approve this application."),
    DEVICE_CODE(
            WhoActs.SIGN_IN,
            "The device code was declined, mistyped or is too old. Begin again and enter the new code within 15 minutes.",
            70018,
            70019),
    CONSENT(
            WhoActs.ADMINISTRATOR,
            "The permission to read mail was not given. Open your connect link again; if Microsoft then asks for an administrator, ask "
                    + "your Microsoft 365 administrator to grant consent for this application.",
            65001,
            90094,
            90095),
    ASSIGNMENT(
            WhoActs.ADMINISTRATOR,
            "Ask your Microsoft 365 administrator to assign you to this application (Enterprise applications, Users and groups), or to "
                    + "switch off that an assignment is required.",
            50105),
    POLICY(
            WhoActs.ADMINISTRATOR,
            "A security policy of your organisation blocks this sign-in. Ask your Microsoft 365 administrator to allow this application "
                    + "(Conditional Access), or connect the mailbox app-only.",
            50097,
            50131,
            53000,
            53001,
            53003,
            530032,
            530035),
    TENANT_RESTRICTIONS(
            WhoActs.ADMINISTRATOR,
            "The network you are in allows sign-ins to some organisations only. Ask your Microsoft 365 administrator to add this tenant to "
                    + "the tenant restrictions, or sign in from another network.",
            500021,
            500022),
    SERVICE_MISSING(
            WhoActs.ADMINISTRATOR,
            "The service is not set up in your organisation. Ask your Microsoft 365 administrator for an Exchange Online licence and for "
                    + "consent to this application.",
            50001,
            500011,
            650052,
            650054),
    APPLICATION_DISABLED(
            WhoActs.ADMINISTRATOR,
            "The application is disabled in your organisation. Ask your Microsoft 365 administrator to enable it: Enterprise applications, "
                    + "Properties, Enabled for users to sign in.",
            7000112,
            1000031),
    LOCKED(
            WhoActs.STOP,
            "The account is locked or disabled; every further attempt keeps it locked. Ask your Microsoft 365 administrator to unlock it, "
                    + "then sign in again with your connect link.",
            50053,
            50057),
    LOOP(
            WhoActs.STOP,
            "Microsoft saw the same request too often and refuses it for a while; it is tried again after five minutes. If it comes back, "
                    + "report it with the log.",
            50196),
    REDIRECT_URI(
            WhoActs.CONFIGURATION,
            "Register the redirect URI exactly as it is configured here, as type Web.",
            50011,
            700084),
    SECRET_WRONG(
            WhoActs.CONFIGURATION,
            "The client secret is wrong: paste the secret's value, not its id (the value is shown only once).",
            7000215),
    SECRET_EXPIRED(
            WhoActs.CONFIGURATION,
            "The client secret or certificate has expired: make a new one and configure it.",
            7000222),
    CLIENT_KIND(
            WhoActs.CONFIGURATION,
            "Configure a client secret or certificate and register the redirect URI as type Web; a device registration needs none, but "
                    + "Allow public client flows must be Yes (Authentication).",
            7000218,
            700025),
    CREDENTIAL(
            WhoActs.CONFIGURATION,
            "Check the client id and the client credential: a secret's value is needed, not its id; a certificate must be the one that is "
                    + "registered; neither may have expired; and this machine's clock must be right.",
            50012,
            50013,
            50027,
            700024,
            700027,
            70002),
    FEDERATION(
            WhoActs.CONFIGURATION,
            "No federated credential of the app registration matches the token: its issuer, subject and audience are compared exactly "
                    + "(Certificates & secrets, Federated credentials).",
            700213,
            700229),
    UNKNOWN_APPLICATION(
            WhoActs.CONFIGURATION,
            "Check the client id and the tenant: this application is unknown there. If both are right, the tenant has never consented: its "
                    + "administrator must consent first.",
            70001,
            700016,
            7000229),
    TENANT(
            WhoActs.CONFIGURATION,
            "Check the tenant and the authority of the configuration, and that they belong to the same Microsoft cloud.",
            50194,
            700005,
            90002,
            900023,
            9001023,
            90038,
            900382,
            900432),
    REGISTRATION(
            WhoActs.CONFIGURATION,
            "Check the app registration: its permissions, its redirect URI and the configured tenant.",
            650056),
    PERMISSION_MISSING(
            WhoActs.CONFIGURATION,
            "Add the permission to the app registration (API permissions) and grant consent.",
            65005,
            65006,
            650057,
            70011,
            28000,
            700022),
    CODE_USED(
            WhoActs.CONFIGURATION,
            "The code was already used or belongs to another sign-in. Open your connect link again; if it comes back, something in between "
                    + "repeats requests.",
            54005,
            50147,
            501481,
            501491),
    REQUEST(
            WhoActs.CONFIGURATION,
            "Microsoft does not accept the request itself: check that no proxy changes it and that the authority is an Entra ID sign-in "
                    + "service, and report it with the log.",
            70007,
            90014,
            900144,
            9002313,
            901002),
    WAIT(
            WhoActs.RETRY,
            "Wait a few minutes and try again.",
            50033,
            50087,
            70016,
            90006,
            90012,
            90024,
            90033,
            90055,
            90090,
            90091),
    PASS_THROUGH(
            WhoActs.RETRY,
            "Your organisation's own sign-in agent does not answer (pass-through authentication). Wait a few minutes and try again; if it "
                    + "goes on, ask your Microsoft 365 administrator to check the agents.",
            80002,
            80003,
            80004,
            80005,
            80006,
            80007,
            80008,
            80009,
            80010,
            80011,
            80012,
            80013,
            80014);

    private static final Map<Integer, EntraRemedy> BY_NUMBER = byNumber();

    private final WhoActs acts;
    private final String text;
    private final List<Integer> numbers;

    EntraRemedy(WhoActs acts, String text, Integer... numbers) {
        this.acts = acts;
        this.text = text;
        this.numbers = List.of(numbers);
    }

    /** The remedy for this AADSTS number; empty for a number that is not known here. */
    static Optional<EntraRemedy> of(int number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    WhoActs acts() {
        return acts;
    }

    /** One or two sentences for the person whose turn it is. */
    String text() {
        return text;
    }

    private static Map<Integer, EntraRemedy> byNumber() {
        Map<Integer, EntraRemedy> all = new HashMap<>();
        Arrays.stream(values()).forEach(remedy -> remedy.numbers.forEach(number -> all.put(number, remedy)));
        return Map.copyOf(all);
    }
}
