package io.kurier.systemtests;

/**
 * One fault, at a point of the n-th transaction that writes to the topic; {@code BEFORE_BEGIN} occurs right after it.
 *
 * @param topic end of the topic's name
 * @param transaction counted from 1
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
