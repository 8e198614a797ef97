package io.kurier.systemtests;

/**
 * One fault: at this point of the n-th transaction that writes to the topic; {@code BEFORE_BEGIN} strikes right after it.
 *
 * @param topic how the topic's name ends
 */
record CrashPlan(CrashPoint point, String topic, int transaction) {
    static CrashPlan parse(String text) {
        String[] parts = text.split(":");
        return new CrashPlan(CrashPoint.valueOf(parts[0]), parts[1], Integer.parseInt(parts[2]));
    }

    String text() {
        return point + ":" + topic + ":" + transaction;
    }
}
