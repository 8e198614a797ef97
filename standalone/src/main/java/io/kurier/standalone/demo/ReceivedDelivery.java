package io.kurier.standalone.demo;

/**
 * One request as the receiver saw it.
 *
 * @param receiver name of the receiver
 * @param deliveryId header {@code webhook-id}
 * @param attempt header {@code webhook-attempt}
 * @param atMs when the whole request had arrived, epoch milliseconds
 * @param genuine whether its signature is valid
 * @param status the answer's status
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
