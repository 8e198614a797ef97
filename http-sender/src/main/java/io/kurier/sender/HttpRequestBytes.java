package io.kurier.sender;

import io.kurier.model.webhook.Webhook;
import java.nio.charset.StandardCharsets;

/**
 * One request as it goes on the wire. No part of the head can hold a line break: the URL and custom headers were checked when
 * the webhook was registered, ids where they were made.
 *
 * @param head request line and headers, with the empty line that ends them, in ISO 8859-1
 * @param body JSON in UTF-8
 */
public record HttpRequestBytes(Bytes head, Bytes body) {
    /** Wraps an array, which records would compare by identity. */
    public static final class Bytes {
        final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private static final String FIXED = "user-agent: Kurier/0.1\r\naccept: */*\r\ncontent-type: application/json\r\n";
    private static final String TEST = "webhook-test: true\r\n";

    /**
     * A delivery in the standard format, signed by the webhook's current secrets.
     *
     * @param attempt number of the attempt, from 1
     * @param nowMs time of the attempt in epoch milliseconds; part of the signature
     */
    public static HttpRequestBytes of(Webhook webhook, String deliveryId, int attempt, byte[] body, long nowMs) {
        return of(webhook, deliveryId, attempt, body, nowMs, "");
    }

    /** A test delivery: the same with the header {@code webhook-test: true}. */
    public static HttpRequestBytes ofTest(Webhook webhook, String deliveryId, byte[] body, long nowMs) {
        return of(webhook, deliveryId, 1, body, nowMs, TEST);
    }

    private static HttpRequestBytes of(
            Webhook webhook, String deliveryId, int attempt, byte[] body, long nowMs, String mark) {
        long timestamp = nowMs / 1000;
        String head = "POST " + webhook.url().target() + " HTTP/1.1\r\nhost: "
                + webhook.url().hostHeader() + "\r\n" + FIXED
                + "content-length: " + body.length
                + "\r\nwebhook-id: " + deliveryId
                + "\r\nwebhook-timestamp: " + timestamp
                + "\r\nwebhook-signature: " + webhook.signing().sign(deliveryId, nowMs, body)
                + "\r\nwebhook-attempt: " + attempt
                + "\r\n"
                + mark
                + webhook.content().headers().lines()
                + "\r\n";
        return new HttpRequestBytes(new Bytes(head.getBytes(StandardCharsets.ISO_8859_1)), new Bytes(body));
    }
}
