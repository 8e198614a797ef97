package io.kurier.scheduler;

import io.kurier.runtime.kafka.KafkaClients;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** Clients whose first commits, after records were sent, fail before anything is committed. */
final class FailingCommits {
    private final AtomicInteger left;

    FailingCommits(int times) {
        this.left = new AtomicInteger(times);
    }

    int left() {
        return Math.max(0, left.get());
    }

    KafkaClients around(KafkaClients clients) {
        return new KafkaClients() {
            @Override
            public Producer<byte[], byte[]> producer(Map<String, Object> overrides) {
                return clients.producer(overrides);
            }

            @Override
            public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
                return failing(clients.transactionalProducer(transactionalId));
            }

            @Override
            public Consumer<byte[], byte[]> member(String group, Map<String, Object> overrides) {
                return clients.member(group, overrides);
            }

            @Override
            public Consumer<byte[], byte[]> reader() {
                return clients.reader();
            }

            @Override
            public Admin admin() {
                return clients.admin();
            }
        };
    }

    @SuppressWarnings("unchecked")
    private Producer<byte[], byte[]> failing(Producer<byte[], byte[]> real) {
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commitTransaction") && left.getAndDecrement() > 0) {
                        throw new KafkaException("a fault of the test's own, before the commit");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
