package io.kurier.model.retry;

import java.util.List;

/**
 * What an answer's status means for a webhook. A status is given as itself ({@code "429"}) or by its class
 * ({@code "5xx"}); itself goes before its class, and within each success before retry before giving up. A status none of
 * the lists names is a success when it is 2xx and {@code success} is empty, and otherwise tried again, unless
 * {@code retryOn} says which those are.
 *
 * @param success what counts as delivered; empty for 2xx
 * @param retryOn what is tried again; empty for all that nothing else names
 * @param giveUpOn what makes a dead letter at once
 */
public record StatusRules(List<String> success, List<String> retryOn, List<String> giveUpOn) {
    public static final int MAX_STATUSES = 100;
    /** 2xx is a success, 410 says that nobody is there any more, all else is tried again. */
    public static final StatusRules STANDARD = new StatusRules(List.of(), List.of(), List.of("410"));

    /** What follows an answer. */
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

    /** @throws IllegalArgumentException when the text is neither a status nor a class of them */
    public static String check(String text) {
        if (!text.matches("[1-5]xx|[1-5][0-9][0-9]")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no status: expected one such as 429, or a class such as 5xx");
        }
        return text;
    }

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
