package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.credential.KeyRing;

/** Reads every manifest of k8s/ with the types of the Kubernetes API, unknown fields refused, and holds S57 (Pod Security restricted) and our own rules. */
class KubernetesManifestsTest {
    private static final Path FOLDER = Path.of("k8s");
    private static final Map<String, Class<?>> KINDS = Map.of(
            "v1/ConfigMap", ConfigMap.class,
            "v1/Service", Service.class,
            "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
            "apps/v1/Deployment", Deployment.class,
            "kustomize.config.k8s.io/v1beta1/Kustomization", Kustomization.class);

    private static final ObjectMapper STRICT = strictMapper();

    @TempDir
    Path directory;

    record Kustomization(String apiVersion, String kind, List<String> resources) {}

    static Stream<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void everyManifestIsOfAKnownKindAndHasNoUnknownField(Path file) throws IOException {
        JsonNode tree = STRICT.readTree(file.toFile());
        String kind = tree.path("apiVersion").asText() + "/" + tree.path("kind").asText();

        assertThat(KINDS).containsKey(kind);
        assertThat(STRICT.treeToValue(tree, KINDS.get(kind))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{spec: {template: {spec: {terminationGraceSeconds: 40}}}}",
                "{spec: {template: {spec: {containers: [{readOnlyRootFilesystem: true}]}}}}",
                "{spec: {replicas: one}}"
            })
    void aMisspeltMisplacedOrMistypedFieldIsRefused(String manifest) {
        assertThatThrownBy(() -> STRICT.readValue(manifest, Deployment.class)).isInstanceOf(IOException.class);
    }

    @Test
    void theKustomizationNamesEveryManifest() throws IOException {
        List<String> files = manifests()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.equals("kustomization.yaml"))
                .toList();

        assertThat(read("kustomization.yaml", Kustomization.class).resources())
                .containsExactlyInAnyOrderElementsOf(files);
    }

    @Test
    void thePodIsRestrictedAsS57Asks() throws IOException {
        PodSpec pod = pod();

        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isGreaterThanOrEqualTo(10_000);
        assertThat(pod.getSecurityContext().getRunAsGroup()).isGreaterThanOrEqualTo(10_000);
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC()))
                .doesNotContain(Boolean.TRUE);
        assertThat(pod.getVolumes()).allMatch(volume -> volume.getHostPath() == null);
    }

    @Test
    void theContainerHasNoPrivilegesAndAReadOnlyRootAsS57Asks() throws IOException {
        Container container = container();

        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getPrivileged()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
        assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory");
        assertThat(container.getResources().getLimits().values()).allMatch(limit -> positive(limit));
        assertThat(container.getCommand().get(0)).isEqualTo("java");
    }

    @Test
    void onlyTheDataAndTheTemporaryFolderAreWritable() throws IOException {
        assertThat(container().getVolumeMounts())
                .filteredOn(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
                .extracting(VolumeMount::getMountPath)
                .containsExactlyInAnyOrder("/var/lib/mailcaravan", "/tmp");
    }

    @Test
    void everyMountHasItsVolume() throws IOException {
        List<String> volumes =
                pod().getVolumes().stream().map(volume -> volume.getName()).toList();

        assertThat(container().getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(volumes);
    }

    @Test
    void oneInstanceOwnsTheFileDatabase() throws IOException {
        Deployment deployment = read("deployment.yaml", Deployment.class);

        assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
        assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
        assertThat(pod().getTerminationGracePeriodSeconds()).isEqualTo(40);
    }

    @Test
    void kubernetesAddsNoVariablesThatLookLikeSettings() throws IOException {
        assertThat(pod().getEnableServiceLinks()).isFalse();
        assertThat(container().getEnv())
                .extracting(EnvVar::getName)
                .containsExactly(Setting.variable("credential.key-ring"));
    }

    @Test
    void probesAskTheManagementPort() throws IOException {
        assertThat(address(container().getLivenessProbe())).isEqualTo("management/observe/health/live");
        assertThat(address(container().getStartupProbe())).isEqualTo("management/observe/health/live");
        assertThat(address(container().getReadinessProbe())).isEqualTo("management/observe/health/ready");
    }

    @Test
    void servicesFindThePodAndKeepManagementApart() throws IOException {
        Map<String, String> labels = read("deployment.yaml", Deployment.class)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();
        for (String file : List.of("service.yaml", "service-management.yaml")) {
            Service service = read(file, Service.class);
            assertThat(labels).containsAllEntriesOf(service.getSpec().getSelector());
            assertThat(service.getSpec().getType()).isEqualTo("ClusterIP");
        }
        assertThat(ports("service.yaml")).containsExactly("http:8080");
        assertThat(ports("service-management.yaml")).containsExactly("management:8090");
    }

    @Test
    void noManifestHoldsASecret() throws IOException {
        assertThat(manifests()).noneMatch(file -> file.getFileName().toString().startsWith("secret"));
        assertThat(container().getEnv()).allMatch(variable -> variable.getValue() == null);
        assertThat(configMap().getData().get("mailcaravan.properties")).doesNotContain("client-secret=", "password=");
    }

    @Test
    void theProgramAcceptsTheSettingsOfTheConfigMap() throws IOException {
        Path keyRing = directory.resolve("key-ring.json");
        KeyRing.create(keyRing);
        Map<String, String> environment = Map.of(container().getEnv().get(0).getName(), Files.readString(keyRing));

        Settings settings = Settings.load(
                new SettingsSources(Map.of(), Optional.of(onThisMachine()), environment, Map.of(), Map.of()));

        assertThat(settings.serverHost()).isEqualTo("0.0.0.0");
        assertThat(settings.serverPort()).isEqualTo(8080);
        assertThat(settings.managementHost()).isEqualTo("0.0.0.0");
        assertThat(settings.managementPort()).isEqualTo(8090);
        assertThat(settings.connectApiToken()).isPresent();
    }

    @Test
    void theSettingsFileLiesWhereTheProgramIsToldToLook() throws IOException {
        assertThat(container().getArgs())
                .containsExactly("run", "--settings", "/etc/mailcaravan/mailcaravan.properties");
        assertThat(configMap().getData()).containsOnlyKeys("mailcaravan.properties");
    }

    /** The settings of the ConfigMap, with this test's folder in place of the container's. */
    private Path onThisMachine() throws IOException {
        Path secrets = Files.createDirectories(directory.resolve("run/secrets/mailcaravan"));
        Files.writeString(secrets.resolve("client-secret"), "Abc8Q~the-value-of-the-client-secret.of_40\n");
        Files.writeString(secrets.resolve("connect-api-token"), "0123456789abcdef0123456789abcdef\n");
        String settings = configMap()
                .getData()
                .get("mailcaravan.properties")
                .replace("/run/secrets", directory + "/run/secrets")
                .replace("/var/lib/mailcaravan", directory + "/data");
        return Files.writeString(directory.resolve("mailcaravan.properties"), settings);
    }

    private static boolean positive(Quantity quantity) {
        return quantity.getNumericalAmount().signum() > 0;
    }

    private static String address(Probe probe) {
        return probe.getHttpGet().getPort().getStrVal() + probe.getHttpGet().getPath();
    }

    private static List<String> ports(String file) throws IOException {
        List<String> ports = new ArrayList<>();
        read(file, Service.class)
                .getSpec()
                .getPorts()
                .forEach(port -> ports.add(port.getTargetPort().getStrVal() + ":" + port.getPort()));
        return ports;
    }

    private static ConfigMap configMap() throws IOException {
        return read("configmap.yaml", ConfigMap.class);
    }

    private static PodSpec pod() throws IOException {
        return read("deployment.yaml", Deployment.class).getSpec().getTemplate().getSpec();
    }

    private static Container container() throws IOException {
        assertThat(pod().getContainers()).hasSize(1);
        return pod().getContainers().get(0);
    }

    private static <T> T read(String file, Class<T> type) throws IOException {
        return STRICT.readValue(FOLDER.resolve(file).toFile(), type);
    }

    /** The types would keep unknown fields in a map of their own; here they are refused, as are fields given twice. */
    private static ObjectMapper strictMapper() {
        ObjectMapper mapper = new ObjectMapper(YAMLFactory.builder()
                .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                .build());
        mapper.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            private static final long serialVersionUID = 1L;

            @Override
            public Boolean hasAnySetter(Annotated member) {
                return Boolean.FALSE;
            }
        });
        return mapper;
    }
}
