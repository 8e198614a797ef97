package io.kurier.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * The broker's folder: locked while it is open, formatted on first use.
 *
 * <p>Kafka locks the folder too, but only after its controller has written to the metadata log in it, when a second
 * broker has already damaged the log. The operating system releases the lock of a killed process.
 */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static DataFolder open(Path dataDir) {
        Path path = dataDir.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path);
            var folder = new DataFolder(path, lock(path));
            try {
                folder.formatOnFirstUse();
                return folder;
            } catch (Throwable failure) {
                folder.close();
                throw failure;
            }
        } catch (BrokerStartException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new BrokerStartException(
                    "The embedded broker cannot use the folder %s: %s. Choose another one with KURIER_DATA_DIR."
                            .formatted(path, failure),
                    failure);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve("in-use.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new BrokerStartException(
                    ("The embedded broker cannot use the folder %s: another broker uses it. Stop that broker, or choose"
                                    + " another folder with KURIER_DATA_DIR.")
                            .formatted(path),
                    null);
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisJvm) {
            return null;
        }
    }

    /** Kafka writes {@code meta.properties} last, so after a kill in between the folder is formatted again. */
    private void formatOnFirstUse() throws Exception {
        if (Files.exists(path.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setNodeId(BrokerSettings.NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setDirectories(List.of(path.toString()))
                .setMetadataLogDirectory(path.toString())
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setControllerListenerName(BoundSockets.CONTROLLER)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .run();
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        Utils.closeQuietly(lock, "lock of the data folder");
    }
}
