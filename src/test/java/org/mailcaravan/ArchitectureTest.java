package org.mailcaravan;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the rooms of docs/architecture.md: which room may know which, and where foreign types stop. */
class ArchitectureTest {
    private static final String ROOT = "org.mailcaravan";

    /** Who may know whom. A room is never listed as knowing itself. */
    private static final Map<String, Set<String>> MAY_KNOW = new TreeMap<>(Map.ofEntries(
            Map.entry("mailbox", Set.of()),
            Map.entry("database", Set.of()),
            Map.entry("http", Set.of()),
            Map.entry("sandbox", Set.of()),
            Map.entry("management", Set.of()),
            Map.entry("console", Set.of()),
            Map.entry("registration", Set.of("mailbox", "oauth")),
            Map.entry("credential", Set.of("mailbox", "database")),
            Map.entry("ingest", Set.of("mailbox", "database")),
            Map.entry("oauth", Set.of("mailbox", "credential", "database", "http")),
            Map.entry("component", Set.of("mailbox", "ingest")),
            Map.entry("graph", Set.of("mailbox", "component", "ingest", "oauth", "http")),
            Map.entry("ews", Set.of("mailbox", "component", "ingest", "oauth", "http")),
            Map.entry("cutover", Set.of("mailbox", "ingest")),
            Map.entry("delivery", Set.of("mailbox", "ingest")),
            Map.entry(
                    "operations",
                    Set.of("mailbox", "database", "http", "credential", "ingest", "oauth", "graph", "ews", "delivery")),
            Map.entry(
                    "app",
                    Set.of(
                            "mailbox",
                            "database",
                            "http",
                            "credential",
                            "ingest",
                            "oauth",
                            "graph",
                            "ews",
                            "delivery",
                            "operations",
                            "cutover",
                            "management",
                            "console",
                            "registration",
                            "sandbox"))));

    private static JavaClasses product;

    @BeforeAll
    static void read() {
        product = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    static Set<String> rooms() {
        return MAY_KNOW.keySet();
    }

    @Test
    void everyClassIsInARoom() {
        Set<String> found = new TreeSet<>();
        product.forEach(type -> found.add(room(type).orElse(type.getName())));

        assertThat(rooms()).containsAll(found);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomKnowsOnlyTheRoomsItMay(String room) {
        arrowsFrom(room, MAY_KNOW.get(room)).check(product);
    }

    @Test
    void aWrongArrowIsNamedInOneSentence() {
        ArchRule tooStrict = arrowsFrom("graph", Set.of("component", "ingest", "oauth", "http"));

        assertThatThrownBy(() -> tooStrict.check(product))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the room graph must not know the room mailbox: GraphClient")
                .hasMessageContaining("(graph may know [component, http, ingest, oauth])");
    }

    @Test
    void roomsFormNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(product);
    }

    @Test
    void onlyTheProgramKnowsTheSandbox() {
        noClasses()
                .that(resideInAPackage(ROOT + "..").and(DescribedPredicate.not(in("app", "sandbox"))))
                .should()
                .dependOnClassesThat(in("sandbox"))
                .because("two sides that share code share the mistake, and the demo would prove nothing")
                .check(product);
    }

    @ParameterizedTest
    @CsvSource({"graph, ews", "ews, graph"})
    void theProtocolsNeverKnowEachOther(String protocol, String other) {
        noClasses()
                .that(in(protocol))
                .should()
                .dependOnClassesThat(in(other))
                .because("EWS must be able to leave in one commit")
                .check(product);
    }

    @ParameterizedTest
    @CsvSource({
        "component, ingest, MailIntake|ArrivedMessage|StoredContent|MailHeaders",
        "graph, ingest, MailIntake|ArrivedMessage|StoredContent|MailHeaders|MailboxWatch|Subscription|Subscriptions|FencedOffException",
        "graph, oauth, AccessTokens|Resource",
        "ews, ingest, MailIntake|ArrivedMessage|StoredContent|MailHeaders|MailboxWatch",
        "ews, oauth, AccessTokens|Resource",
        "cutover, ingest, ProtocolChange|ProtocolChanges|PolicyBlocks|RequestTally|Mailboxes|MailboxStatus|MailboxState",
        "delivery, ingest, Staging|SinkDispatch|PendingDelivery|SettledMessage|Settlement|DeliveryOutcome|ArrivedMessage|MailHeaders|StoredContent"
    })
    void aRoomIsEnteredThroughItsPortsOnly(String room, String entered, String ports) {
        DescribedPredicate<JavaClass> behindThePorts = DescribedPredicate.describe(
                "are in " + entered + " behind its ports " + ports,
                type -> in(entered).test(type) && !outermost(type).matches(ports));

        noClasses().that(in(room)).should().dependOnClassesThat(behindThePorts).check(product);
    }

    @Test
    void theSharedWordsKnowOnlyTheJdk() {
        classes()
                .that(in("mailbox"))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "org.jspecify.annotations..", ROOT + ".mailbox.."))
                .check(product);
    }

    @ParameterizedTest
    @CsvSource({
        "org.apache.camel, component|delivery|ews|graph|oauth|operations|app",
        "java.sql, database|credential|ingest|oauth|app",
        "com.zaxxer.hikari, database|operations|app",
        "org.flywaydb, database",
        "com.github.kagkarlsson.scheduler, ingest|operations|app",
        "com.google.crypto.tink, credential|app",
        "com.nimbusds, oauth|sandbox",
        "javax.xml.stream, ews|sandbox",
        "com.sun.net.httpserver, sandbox",
        "org.bouncycastle, sandbox",
        "org.jolokia, console",
        "picocli, app"
    })
    void foreignTypesStopAtTheDoorOfTheirRoom(String foreign, String allowed) {
        noClasses()
                .that(DescribedPredicate.not(in(allowed.split("\\|"))))
                .should()
                .dependOnClassesThat(resideInAPackage(foreign + ".."))
                .check(product);
    }

    @Test
    void roomsLogThroughSlf4jAndPrintNothing() {
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(product);
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(product.that(DescribedPredicate.not(in("app"))));
    }

    private static ArchRule arrowsFrom(String room, Set<String> mayKnow) {
        return classes().that(in(room)).should(knowOnly(room, mayKnow)).allowEmptyShould(true);
    }

    private static ArchCondition<JavaClass> knowOnly(String room, Set<String> mayKnow) {
        return new ArchCondition<>("know only " + new TreeSet<>(mayKnow)) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf()
                        .forEach(arrow -> room(arrow.getTargetClass())
                                .filter(target -> !target.equals(room) && !mayKnow.contains(target))
                                .ifPresent(target -> events.add(
                                        SimpleConditionEvent.violated(type, sentence(room, target, mayKnow, arrow)))));
            }
        };
    }

    private static String sentence(String room, String target, Set<String> mayKnow, Dependency arrow) {
        return "the room " + room + " must not know the room " + target + ": "
                + outermost(arrow.getOriginClass()) + " uses " + outermost(arrow.getTargetClass()) + " in "
                + arrow.getSourceCodeLocation() + " (" + room + " may know " + new TreeSet<>(mayKnow) + ")";
    }

    /** The room of one of our classes; empty for foreign ones. */
    private static Optional<String> room(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT + ".")
                ? Optional.of(name.substring(ROOT.length() + 1).split("\\.")[0])
                : Optional.empty();
    }

    private static DescribedPredicate<JavaClass> in(String... rooms) {
        return DescribedPredicate.describe(
                "are in " + String.join(", ", rooms),
                type -> room(type).filter(Set.of(rooms)::contains).isPresent());
    }

    private static String outermost(JavaClass type) {
        JavaClass element = type.isArray() ? type.getBaseComponentType() : type;
        String name = element.getName().substring(element.getPackageName().length() + 1);
        return name.split("\\$")[0];
    }
}
