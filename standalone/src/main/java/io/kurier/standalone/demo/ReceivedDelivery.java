package io.kurier.standalone.demo;

/**
 * One request as its receiver saw it.
 *
 * @param receiver the receiver's name
 * @param deliveryId its {@code webhook-id}
 * @param attempt its {@code webhook-attempt}
 * @param atMs when it was there as a whole, epoch milliseconds
 * @param genuine whether its signature is right
 * @param status what was answered
 */
record ReceivedDelivery(
        String receiver,
        String deliveryId,
        int attempt,
        String type,
        String jobId,
        long atMs,
        boolean genuine,
        int status) {

    boolean accepted() {
        return status / 100 == 2;
    }
}
