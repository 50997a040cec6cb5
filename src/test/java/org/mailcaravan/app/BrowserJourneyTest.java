package org.mailcaravan.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.SelectOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;

/**
 * The pages in a real browser, as people with a mouse, with a keyboard and with a telephone meet them: Debian's Chromium, the bundle and the
 * sandbox tenant. Every page is photographed into {@code target/screenshots}.
 */
class BrowserJourneyTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String CALLBACK = "/mail/callback";
    private static final String API_TOKEN = "browser-api-token-of-forty-characters-xyz";

    @TempDir
    private static Path directory;

    private static SandboxTenant tenant;
    private static Bundle bundle;
    private static String base;
    private static Playwright playwright;
    private static Browser browser;

    private final List<String> console = new ArrayList<>();
    private BrowserContext person;
    private Page page;

    @BeforeAll
    static void startEverything() throws Exception {
        int port = freePort();
        base = "http://localhost:" + port;
        tenant = SandboxCommand.start(SandboxOptions.builder()
                .httpPort(0)
                .caFile(directory.resolve("sandbox-ca.pem"))
                .messages(0)
                .redirectUris(base + CALLBACK, base + CALLBACK + "/robot")
                .build());
        bundle = Bundle.start(Settings.load(SettingsSources.only(settings(port))));
        Files.createDirectories(SCREENSHOTS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    @AfterAll
    static void stopEverything() throws Exception {
        for (AutoCloseable part : Stream.of(playwright, bundle, tenant)
                .filter(part -> part != null)
                .toList()) {
            part.close();
        }
    }

    @BeforeEach
    void comeAlong() {
        open(new Browser.NewContextOptions().setViewportSize(1280, 900));
    }

    @AfterEach
    void leaveWithoutComplaintsOfTheBrowser() {
        person.close();
        assertThat(console)
                .as("errors and policy violations in the browser's console")
                .isEmpty();
    }

    @Test
    void aThirdMailboxIsConnectedByMouseAndItsMailArrives() {
        page.navigate(base + "/connect");
        assertThat(page.locator("li")).hasCount(4); // as many as Microsoft will ask for
        seen("connect-1-start");
        button("Continue to Microsoft").click();
        assertThat(heading()).hasText("Choose an account");
        seen("connect-2-account");
        button("sales@").click();
        assertThat(heading()).hasText("Permissions requested");
        seen("connect-3-consent");
        button("Accept").click();
        assertThat(heading()).hasText("Your mailbox is connected");
        assertThat(page.url()).as("no code stays in the history").doesNotContain("?");
        seen("connect-4-connected");

        page.navigate(tenant.server().httpUrl() + "/sandbox/");
        seen("sandbox-1-form");
        page.getByLabel("To").selectOption(new SelectOption().setIndex(2));
        page.getByLabel("Subject").fill("Where is my parcel? Ωmega & <b>friends</b>");
        page.getByLabel("Attachment (file name").fill("photo.jpg");
        page.getByLabel("Attachment size").fill("20");
        button("Send").click();
        assertThat(page.getByRole(AriaRole.STATUS)).containsText("Sent");
        seen("sandbox-2-sent");

        await().atMost(Duration.ofSeconds(30)).until(() -> delivered("Where is my parcel?"));
    }

    @Test
    void aMailboxIsConnectedByKeyboardAlone() {
        page.navigate(base + "/connect");
        press("Continue to Microsoft", "Enter");
        assertThat(heading()).hasText("Choose an account");
        focus(page.getByLabel("Another account"));
        page.keyboard().type("ada.sorensen@" + tenant.directory().domain());
        page.keyboard().press("Enter");
        assertThat(heading()).hasText("Permissions requested");
        press("Accept", "Space");
        assertThat(heading()).hasText("Your mailbox is connected");
    }

    @Test
    void anAdministratorWhoShallApproveForEverybodyReadsWhatItMeansAndDeclinesByKeyboardAlone() throws Exception {
        page.navigate(adminLink("default"));
        assertThat(page.locator("main")).containsText("for everybody in your organisation");
        assertThat(page.locator("main")).not().containsText("your mailbox");
        seen("admin-1-start");
        press("Continue to Microsoft", "Enter");
        seen("admin-2-account");
        focus(button("admin@"));
        page.keyboard().press("Enter");
        seen("admin-3-consent");
        press("Cancel", "Enter");
        seen("admin-4-declined");
        assertThat(page.locator("main")).containsText("Nothing was changed");
        forgiveStatus();
    }

    @Test
    void anAdministratorApprovesTheApplicationItselfOnATelephone() throws Exception {
        person.close();
        open(new Browser.NewContextOptions().setViewportSize(360, 640).setColorScheme(ColorScheme.DARK));
        page.navigate(adminLink("robot"));
        seen("admin-5-application");
        button("Continue to Microsoft").click();
        button("admin@").click();
        seen("admin-6-application-consent");
        button("Accept").click();
        assertThat(heading()).containsText("administrator's consent");
        seen("admin-7-approved");
    }

    private static String adminLink(String registration) throws Exception {
        return new PersonBrowser(API_TOKEN)
                .link(base + "/mail/AdminConsentLink?registration=" + registration, "AdminConsentResult")
                .toString();
    }

    @Test
    void whoCancelsIsToldInPlainWordsAndMayBeginAgain() {
        page.navigate(base + "/connect");
        button("Continue to Microsoft").click();
        button("Cancel").click();
        seen("refused-1-cancelled-sign-in");
        assertThat(heading()).hasText("Your mailbox was not connected");
        assertThat(page.locator("main")).containsText("Nothing was stored");
        assertThat(page.locator("main")).containsText("Reference:");

        page.navigate(base + "/connect");
        button("Continue to Microsoft").click();
        button("billing@").click();
        button("Cancel").click();
        assertThat(heading()).hasText("Your mailbox was not connected");
        seen("refused-2-cancelled-consent");
        forgiveStatus();
    }

    @Test
    void oldAndForgedAddressesEndOnPagesThatSayWhatToDo() {
        page.navigate(base + "/mail/Connect?ticket=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        seen("refused-3-no-such-link");
        page.navigate(base + CALLBACK + "?code=x&state=y");
        seen("refused-4-forged-callback");
        forgiveStatus();
        assertThat(page.locator("main")).containsText("connect link");
    }

    @Test
    void anUnknownAccountAndAWrongFormAreExplainedWhereTheyAreTyped() {
        page.navigate(base + "/connect");
        button("Continue to Microsoft").click();
        page.getByLabel("Another account").fill("nobody@" + tenant.directory().domain());
        button("Sign in").click();
        assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
        seen("sandbox-3-unknown-account");

        page.navigate(tenant.server().httpUrl() + "/sandbox/");
        page.getByLabel("Attachment size").fill("1");
        page.getByLabel("From").fill("a@b");
        button("Send").click();
        seen("sandbox-4-answer");
        forgiveStatus();
    }

    @Test
    void aTelephoneShowsEveryPageWithoutScrollingSideways() {
        person.close();
        open(new Browser.NewContextOptions().setViewportSize(360, 640).setColorScheme(ColorScheme.DARK));
        page.navigate(base + "/connect");
        seen("phone-1-start");
        button("Continue to Microsoft").click();
        seen("phone-2-account");
        button("kenji.mori@").click();
        seen("phone-3-consent");
        button("Accept").click();
        assertThat(heading()).hasText("Your mailbox is connected");
        seen("phone-4-connected");
        page.navigate(tenant.server().httpUrl() + "/sandbox/");
        seen("phone-5-sandbox");
    }

    private void open(Browser.NewContextOptions device) {
        person = browser.newContext(device);
        person.setDefaultTimeout(20_000);
        page = person.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                console.add(message.text() + " at " + message.location());
            }
        });
        page.onPageError(error -> console.add(error));
    }

    /** Chromium reports a page with a 4xx status as an error of the console; here it is meant. */
    private void forgiveStatus() {
        console.removeIf(line -> line.contains("the server responded with a status of 4"));
    }

    /** What holds for every page, and its photograph. */
    private void seen(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
        assertThat(page.title()).as(name + ": title").isNotBlank();
        assertThat(page.locator("html").getAttribute("lang"))
                .as(name + ": language")
                .isEqualTo("en");
        assertThat(page.locator("h1").count())
                .as(name + ": headings of level 1")
                .isEqualTo(1);
        assertThat(page.locator("main").count()).as(name + ": landmarks").isEqualTo(1);
        assertThat(new AxeBuilder(page)
                        .setLegacyMode(true)
                        .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
                        .analyze()
                        .getViolations())
                .as(name + ": contrast, labels, roles")
                .extracting(rule -> rule.getId() + " " + rule.getNodes().get(0).getHtml())
                .isEmpty();
        assertThat(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as(name + ": pixels beyond the right edge")
                .isEqualTo(0);
    }

    private Locator heading() {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
    }

    private Locator button(String words) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(words));
    }

    private void press(String words, String key) {
        focus(button(words));
        page.keyboard().press(key);
    }

    /** By the tabulator key, and so that one sees where it stands. */
    private void focus(Locator target) {
        for (int i = 0; i < 30; i++) {
            page.keyboard().press("Tab");
            if (target.evaluate("element => element === document.activeElement").equals(true)) {
                assertThat(target.evaluate("element => getComputedStyle(element).outlineStyle"))
                        .as("what has the focus is outlined")
                        .isEqualTo("solid");
                return;
            }
        }
        throw new AssertionError("the tabulator key never reaches " + target);
    }

    private static boolean delivered(String words) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("inbox"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(words)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException | UncheckedIOException e) {
            return false; // not there yet, or renamed while we looked
        }
    }

    private static Map<String, String> settings(int port) throws IOException {
        Path keyRing = directory.resolve("key-ring.json");
        KeyRing.create(keyRing);
        String sandbox = tenant.server().httpUrl().toString();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("server.port", String.valueOf(port));
        settings.put("management.port", String.valueOf(freePort()));
        settings.put("oauth.authority", sandbox);
        settings.put("oauth.callback-path", CALLBACK);
        settings.put("oauth.tenant", tenant.directory().tenantId());
        settings.put("oauth.client-id", tenant.directory().demoRegistration().clientId());
        settings.put("oauth.client-secret", tenant.options().clientSecret());
        settings.put("graph.root", sandbox + "/v1.0");
        settings.put("ews.url", sandbox + "/EWS/Exchange.asmx");
        settings.put("connect.open", "true");
        settings.put("connect.api-token", API_TOKEN);
        settings.put("oauth.registrations", "robot");
        settings.put("oauth.robot.mode", "app-only");
        settings.put(
                "oauth.robot.client-id",
                tenant.directory().appOnlyRegistration().clientId());
        settings.put("oauth.robot.client-secret", tenant.options().clientSecret());
        settings.put(
                "management.token-file", directory.resolve("management.token").toString());
        settings.put("credential.key-ring-file", keyRing.toString());
        settings.put("database.url", "jdbc:h2:file:" + directory.resolve("mailcaravan") + ";WRITE_DELAY=0");
        settings.put("content.directory", directory.resolve("content").toString());
        settings.put("content.min-free-space", "1MB");
        settings.put("sink.files.directory", directory.resolve("inbox").toString());
        settings.put("mail.poll-interval", "1s");
        settings.put("mail.poll-interval-idle", "1s");
        settings.put("mail.notifications", "off");
        return settings;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
