package io.kurier.model.retry;

import java.util.List;

/**
 * What the status of a response means for a delivery. Lists hold statuses ({@code "429"}) and classes ({@code "5xx"}). A status
 * takes precedence over its class, and within each, success over retry over giving up. A status in none of the lists is
 * a success if it is 2xx and {@code success} is empty; otherwise it is retried if {@code retryOn} is empty, and given up if not.
 * Immutable.
 *
 * @param success statuses that count as delivered; empty for 2xx
 * @param retryOn statuses that are retried; empty for all that are in no other list
 * @param giveUpOn statuses that make a dead letter at once
 */
public record StatusRules(List<String> success, List<String> retryOn, List<String> giveUpOn) {
    /** Most entries of one list. */
    public static final int MAX_STATUSES = 100;
    /** 2xx is a success, 410 (gone) is given up, everything else is retried. */
    public static final StatusRules STANDARD = new StatusRules(List.of(), List.of(), List.of("410"));

    /** What follows a response. */
    public enum Verdict {
        SUCCESS,
        RETRY,
        GIVE_UP
    }

    public StatusRules {
        success = List.copyOf(success);
        retryOn = List.copyOf(retryOn);
        giveUpOn = List.copyOf(giveUpOn);
        success.forEach(StatusRules::check);
        retryOn.forEach(StatusRules::check);
        giveUpOn.forEach(StatusRules::check);
    }

    /**
     * Returns the text if it is a status or a class of them.
     *
     * @throws IllegalArgumentException otherwise
     */
    public static String check(String text) {
        if (!text.matches("[1-5]xx|[1-5][0-9][0-9]")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an HTTP status: expected one such as 429, or a class such as 5xx");
        }
        return text;
    }

    /** Decides what follows a response with this status, 100 to 599. */
    public Verdict judge(int status) {
        String itself = Integer.toString(status);
        if (success.isEmpty() && status >= 200 && status < 300 && !isNamed(itself)) {
            return Verdict.SUCCESS;
        }
        for (String name : List.of(itself, itself.charAt(0) + "xx")) {
            if (success.contains(name)) {
                return Verdict.SUCCESS;
            }
            if (retryOn.contains(name)) {
                return Verdict.RETRY;
            }
            if (giveUpOn.contains(name)) {
                return Verdict.GIVE_UP;
            }
        }
        return retryOn.isEmpty() ? Verdict.RETRY : Verdict.GIVE_UP;
    }

    private boolean isNamed(String status) {
        return retryOn.contains(status) || giveUpOn.contains(status);
    }
}
