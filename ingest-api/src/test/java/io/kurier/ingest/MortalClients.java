package io.kurier.ingest;

import io.kurier.runtime.kafka.KafkaClients;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Kafka clients of a process that is killed at a chosen commit: from then on nothing transactional of it reaches Kafka, not
 * even an abort. Reading goes on, so that the test can shut the rest of the process down.
 */
final class MortalClients implements KafkaClients {
    /** On which side of the commit the process dies. */
    enum Moment {
        BEFORE_COMMIT,
        AFTER_COMMIT
    }

    /** Thrown through the process where it would have died. */
    static final class DeathException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DeathException() {
            super("the test killed this process", null, false, false);
        }
    }

    private final KafkaClients real;
    private Moment moment = Moment.AFTER_COMMIT;
    private int commitsLeft = Integer.MAX_VALUE;
    private boolean dead;

    MortalClients(KafkaClients real) {
        this.real = real;
    }

    /** The process dies at the n-th commit from now on. */
    synchronized void dieAt(int commit, Moment when) {
        commitsLeft = commit;
        moment = when;
    }

    synchronized boolean isDead() {
        return dead;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
        Producer<byte[], byte[]> producer = real.transactionalProducer(transactionalId);
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    try {
                        return switch (method.getName()) {
                            case "commitTransaction" -> {
                                commit(producer);
                                yield null;
                            }
                            case "close" -> method.invoke(producer, arguments);
                            default -> {
                                checkAlive();
                                yield method.invoke(producer, arguments);
                            }
                        };
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private synchronized void checkAlive() {
        if (dead) {
            throw new DeathException();
        }
    }

    private synchronized void commit(Producer<byte[], byte[]> producer) {
        checkAlive();
        boolean isLast = --commitsLeft == 0;
        if (isLast && moment == Moment.BEFORE_COMMIT) {
            producer.flush();
            dead = true;
            throw new DeathException();
        }
        producer.commitTransaction();
        if (isLast) {
            dead = true;
            throw new DeathException();
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
