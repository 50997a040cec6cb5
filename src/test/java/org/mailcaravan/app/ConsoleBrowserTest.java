package org.mailcaravan.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.console.ConsoleUsers;

/** An operator at the console of a bundle that runs, in Debian's Chromium. What is seen is photographed into {@code target/screenshots}. */
@DisabledIfSystemProperty(named = "skipConsole", matches = "true")
class ConsoleBrowserTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String PASSWORD = "correct horse battery";
    private static final double PATIENCE_MS = 60_000;

    @TempDir
    private static Path directory;

    private static JourneyFixture journey;
    private static Playwright playwright;
    private static Browser browser;

    @BeforeAll
    static void startEverything() throws Exception {
        forgetContextsOfOtherTests();
        Path users = directory.resolve("console-users.properties");
        ConsoleUsers.put(users, "operator", PASSWORD, new SecureRandom());
        journey = JourneyFixture.start(directory, new JourneyFixture.Size(0, 2), (tenant, settings) -> {
            settings.put("console.users-file", users.toString());
            return tenant.demoRegistration();
        });
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of("/usr/bin/chromium"))
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--no-first-run")));
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    }

    /** Hawtio opens the tree by itself only if there is one context; other tests in this JVM may have left some behind. */
    private static void forgetContextsOfOtherTests() throws JMException {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName left : beans.queryNames(new ObjectName("org.apache.camel:*"), null)) {
            beans.unregisterMBean(left);
        }
    }

    @AfterAll
    static void stopEverything() {
        PlaywrightAssertions.setDefaultAssertionTimeout(5_000);
        playwright.close();
        journey.close();
    }

    @Test
    void anOperatorLogsInAndSeesTheRoutesTheirDescriptionsAndADiagram() { // S56
        List<String> violations = new ArrayList<>();
        Page page = browser.newPage(
                new Browser.NewPageOptions().setViewportSize(1400, 950).setReducedMotion(ReducedMotion.REDUCE));
        page.setDefaultTimeout(PATIENCE_MS);
        page.onPageError(violations::add);
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")
                    || message.text().contains("Error loading")) {
                violations.add(message.text());
            }
        });

        logIn(page);
        assertThat(page.getByText("mail-ingest-graph").first()).isVisible();
        assertThat(page.getByText("sink-files").first()).isVisible();
        click(page, "routes");
        click(page, "Routes");
        assertThat(page.getByRole(AriaRole.BUTTON, named("Stop"))).isDisabled(); // the server would refuse it
        seen(page, "console-2-routes");

        click(page, "mail-ingest-graph");
        click(page, "Route Diagram");
        Locator diagram = page.locator("#camel-route-diagram-outer-div");
        assertThat(diagram).containsText("from-mail-ingest-graph");
        assertThat(diagram).containsText("translate-graph-mail");
        assertThat(diagram).containsText("take-over-graph-mail");
        assertThat(diagram.locator(".react-flow__edge").first()).isAttached();
        seen(page, "console-3-diagram");

        click(page, "Attributes");
        assertThat(page.getByText("Turns every message that arrives through Microsoft Graph into an event")
                        .first())
                .isVisible();
        seen(page, "console-4-description");

        page.setViewportSize(390, 844);
        assertThat(page.getByText("JMX").first()).not().isInViewport(); // the menu has made room
        assertThat(page.getByText("Turns every message that arrives").first()).isVisible();
        seen(page, "console-5-narrow");
        page.close();
        assertThat(violations)
                .as("errors of scripts and violations of the policy")
                .isEmpty();
    }

    @Test
    void theFormToLogInIsInSightInASmallWindow() {
        Page page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1000, 700));
        page.navigate(journey.settings().consoleBaseUrl() + "/hawtio/");

        assertThat(page.getByRole(AriaRole.BUTTON, named("Log in")))
                .isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(1));
        seen(page, "console-6-small-login");
        page.close();
    }

    private void logIn(Page page) {
        page.navigate(journey.settings().consoleBaseUrl() + "/hawtio/");
        page.locator("#pf-login-username-id").fill("operator");
        Locator password = page.locator("input[type=password]");
        password.fill("wrong password");
        page.getByRole(AriaRole.BUTTON, named("Log in")).click();
        assertThat(page.getByText("Invalid login credentials")).isVisible();
        seen(page, "console-1-login");
        password.fill(PASSWORD);
        page.getByRole(AriaRole.BUTTON, named("Log in")).click();
        assertThat(page.locator("#hawtio-main-page")).isVisible();
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    private static void click(Page page, String words) {
        page.getByText(words, new Page.GetByTextOptions().setExact(true))
                .first()
                .click();
    }

    private static void seen(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }
}
