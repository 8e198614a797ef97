package io.kurier.runtime;

import io.kurier.runtime.kafka.KafkaClients;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;

/** Clients whose commits fail as a test scripts it, in order; without a scripted fault they behave as the real ones. */
public final class FaultyClients implements KafkaClients {
    /** The fault of one commit. */
    public enum Fault {
        /** The caller gets a timeout, and nothing was committed. */
        UNKNOWN_BUT_NOT_COMMITTED,
        /** The caller gets a timeout, and everything was committed. */
        UNKNOWN_BUT_COMMITTED
    }

    private final KafkaClients real;
    private final Deque<Fault> commits = new ArrayDeque<>();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean refusing;

    public FaultyClients(KafkaClients real) {
        this.real = real;
    }

    public synchronized FaultyClients onCommit(Fault fault) {
        commits.add(fault);
        return this;
    }

    /** From now on, no transactional producer can be initialised. */
    public void refuse() {
        refusing = true;
    }

    /** The number of initialised transactional producers; each fences the one before. */
    public int begun() {
        return begun.get();
    }

    private synchronized Fault next() {
        return commits.poll();
    }

    @Override
    @SuppressWarnings("unchecked")
    public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
        Producer<byte[], byte[]> producer = real.transactionalProducer(transactionalId);
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    try {
                        return switch (method.getName()) {
                            case "initTransactions" -> {
                                if (refusing) {
                                    throw new TimeoutException("a fault of the test's own: Kafka is away");
                                }
                                begun.incrementAndGet();
                                yield method.invoke(producer, arguments);
                            }
                            case "commitTransaction" -> {
                                commit(producer);
                                yield null;
                            }
                            default -> method.invoke(producer, arguments);
                        };
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void commit(Producer<byte[], byte[]> producer) {
        Fault fault = next();
        if (fault != Fault.UNKNOWN_BUT_NOT_COMMITTED) {
            producer.commitTransaction();
        } else {
            producer.flush();
        }
        if (fault != null) {
            throw new TimeoutException("a fault of the test's own: " + fault);
        }
    }

    @Override
    public Producer<byte[], byte[]> producer(Map<String, Object> overrides) {
        return real.producer(overrides);
    }

    @Override
    public Consumer<byte[], byte[]> member(String group, Map<String, Object> overrides) {
        return real.member(group, overrides);
    }

    @Override
    public Consumer<byte[], byte[]> reader() {
        return real.reader();
    }

    @Override
    public Admin admin() {
        return real.admin();
    }
}
