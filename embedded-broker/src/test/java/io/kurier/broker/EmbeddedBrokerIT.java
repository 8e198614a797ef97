package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final String ANY_PORT = "127.0.0.1:0";

    @TempDir
    Path folder;

    @Test
    void keepsRecordsAndGroupOffsetsOverARestartAtTheSameAddress() throws Exception {
        String address;
        try (var broker = EmbeddedBroker.start(folder, ANY_PORT, Map.of())) {
            address = broker.bootstrapServers();
            var probe = new BrokerProbe(address);
            probe.createTopic("events");
            probe.writeAtOnce("events", "a", "b");
            assertThat(probe.readAsGroup("readers", "events", 2)).containsExactlyInAnyOrder("a", "b");
        }
        try (var broker = EmbeddedBroker.start(folder, address, Map.of())) {
            var probe = new BrokerProbe(broker.bootstrapServers());
            probe.writeAtOnce("events", "c");
            assertThat(probe.readAsGroup("readers", "events", 1)).containsExactly("c");
            assertThat(probe.readAsGroup("newcomers", "events", 3)).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void startsOnExistingDataWithAnotherControllerPort() throws Exception {
        int formerPort;
        try (var broker = EmbeddedBroker.start(folder, ANY_PORT, Map.of())) {
            formerPort = broker.controllerPort();
            new BrokerProbe(broker.bootstrapServers()).createTopic("events");
        }
        try (var taken = new ServerSocket(formerPort, 1, InetAddress.getLoopbackAddress());
                var broker = EmbeddedBroker.start(folder, ANY_PORT, Map.of());
                var admin = new BrokerProbe(broker.bootstrapServers()).admin()) {
            assertThat(taken.isBound()).isTrue();
            assertThat(broker.controllerPort()).isNotEqualTo(formerPort);
            assertThat(admin.listTopics().names().get()).contains("events");
        }
    }

    @Test
    void aPortInUseIsReportedWithTheSettingToChange() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            assertThatExceptionOfType(BrokerStartException.class)
                    .isThrownBy(() -> EmbeddedBroker.start(folder, address, Map.of()))
                    .withMessageContaining(address)
                    .withMessageContaining("in use")
                    .withMessageContaining("KURIER_KAFKA_LISTEN");
        }
        assertThat(folder).as("nothing was started").isEmptyDirectory();
    }

    @Test
    void aSecondBrokerOnTheSameFolderIsRefusedAndTheFirstKeepsWorking() throws Exception {
        try (var broker = EmbeddedBroker.start(folder, ANY_PORT, Map.of())) {
            assertThatExceptionOfType(BrokerStartException.class)
                    .isThrownBy(() -> EmbeddedBroker.start(folder, ANY_PORT, Map.of()))
                    .withMessageContaining(folder.toString())
                    .withMessageContaining("KURIER_DATA_DIR");
            var probe = new BrokerProbe(broker.bootstrapServers());
            probe.createTopic("events");
            probe.writeAtOnce("events", "a");
            assertThat(probe.readAsGroup("readers", "events", 1)).containsExactly("a");
        }
    }

    @Test
    void aFailedStartThrowsAndReleasesTheAddressAndTheFolder() throws Exception {
        try (var broker = EmbeddedBroker.start(folder, ANY_PORT, Map.of())) {
            assertThat(broker.bootstrapServers()).isNotEmpty();
        }
        Path meta = folder.resolve("meta.properties");
        String whole = Files.readString(meta);
        Files.writeString(meta, whole.replace("node.id=1", "node.id=7"));
        String address = "127.0.0.1:" + FreePorts.take(1)[0];

        assertThatThrownBy(() -> EmbeddedBroker.start(folder, address, Map.of()))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("7");

        Files.writeString(meta, whole);
        try (var broker = EmbeddedBroker.start(folder, address, Map.of())) {
            assertThat(broker.bootstrapServers()).isEqualTo(address);
        }
    }

    @Test
    void settingsAndOverridesReachTheBroker() throws Exception {
        try (var broker = EmbeddedBroker.start(folder, ANY_PORT, Map.of("num.partitions", "3"));
                var admin = new BrokerProbe(broker.bootstrapServers()).admin()) {
            var resource = new ConfigResource(ConfigResource.Type.BROKER, "1");
            Config config = admin.describeConfigs(List.of(resource))
                    .values()
                    .get(resource)
                    .get();
            assertThat(config.get("num.partitions").value()).isEqualTo("3");
            assertThat(config.get("group.consumer.session.timeout.ms").value()).isEqualTo("6000");
            assertThat(config.get("group.consumer.heartbeat.interval.ms").value())
                    .isEqualTo("1500");
            assertThat(config.get("offsets.retention.minutes").value()).isEqualTo("43200");
            assertThat(config.get("log.message.timestamp.type").isDefault()).isTrue();
            assertThatNoTopicIsCreatedAutomatically(admin);
        }
    }

    private static void assertThatNoTopicIsCreatedAutomatically(Admin admin) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> admin.describeTopics(List.of("never-created"))
                        .allTopicNames()
                        .get())
                .withCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test
    void aMalformedOverrideIsAnIllegalArgument() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> EmbeddedBroker.start(folder, ANY_PORT, Map.of("num.io.threads", "many")))
                .withMessageContaining("num.io.threads");
    }

    @Test
    void closingTwiceIsHarmless() {
        var broker = EmbeddedBroker.start(folder, ANY_PORT, Map.of());
        broker.close();
        broker.close();
        assertThat(folder.resolve("meta.properties")).exists();
    }
}
