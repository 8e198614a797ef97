package io.kurier.standalone.demo;

import io.kurier.schemas.Attempt;
import io.kurier.schemas.Outcome;
import io.kurier.standalone.demo.Terminal.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Shows deliveries as they happen: a line for each, progress events summed up. Any thread. */
final class LiveView implements AutoCloseable {
    private static final String SUMMED_UP = ".progress";
    private static final long REDRAW_MS = 150;
    private static final long SUM_UP_MS = 1_000;
    private static final int JOB_WIDTH = 15;
    private static final int TYPES_WIDTH = 75;
    private static final int JOB_HEAD = 4;

    private final Terminal terminal;
    private final Observations observations;
    private final Map<String, String> receiversByWebhook = new LinkedHashMap<>();
    private final Thread redraw = new Thread(this::redraw, "demo-status");
    private final long startNanos = System.nanoTime();
    private volatile Supplier<String> status = () -> "";
    private final List<String> held = new ArrayList<>();
    private boolean sending;
    private double sentAt;
    private int summedUp;
    private long summedUpSinceNanos;

    LiveView(Terminal terminal, Observations observations) {
        this.terminal = terminal;
        this.observations = observations;
        redraw.setDaemon(true);
        redraw.start();
    }

    /** Shows deliveries of a webhook under its receiver's name. */
    void nameWebhook(String webhookId, String receiver) {
        synchronized (this) {
            receiversByWebhook.put(webhookId, receiver);
        }
    }

    void say(String text) {
        terminal.line(text);
    }

    void heading(String text) {
        flush();
        terminal.line("");
        terminal.line(terminal.styled(Style.HEADING, text));
    }

    /** Sets the status line of a terminal, which is redrawn every {@link #REDRAW_MS}. */
    void status(Supplier<String> shown) {
        status = shown;
        terminal.status(shown.get());
    }

    void ready() {
        say(String.format(Locale.ROOT, "   Broker, API, worker and scheduler are ready after %.1f s.", elapsed()));
    }

    /** Prints the column headings. */
    void columns() {
        String heads = columns("event", "job");
        terminal.line(terminal.styled(
                Style.FAINT,
                String.format(Locale.ROOT, "%6s  %-9s  %-9s  %s  %s", "s", "what", "where", heads, "attempt")));
    }

    /** Events are about to be sent: lines about them are held back until their acceptance is shown. */
    synchronized void sending() {
        sending = true;
        sentAt = elapsed();
    }

    synchronized void accepted(List<DemoEvent> request) {
        terminal.line(acceptance(request));
        sending = false;
        held.forEach(terminal::line);
        held.clear();
    }

    private String acceptance(List<DemoEvent> request) {
        if (request.size() == 1) {
            DemoEvent event = request.get(0);
            return formatted(sentAt, Style.PLAIN, "accepted", "API", columns(event.type(), event.jobId()), "");
        }
        Map<String, Long> types = request.stream()
                .collect(Collectors.groupingBy(DemoEvent::type, LinkedHashMap::new, Collectors.counting()));
        String text = types.entrySet().stream()
                .map(type -> type.getKey() + (type.getValue() > 1 ? " x" + type.getValue() : ""))
                .collect(Collectors.joining(", "));
        String cut =
                text.length() <= TYPES_WIDTH ? text : text.substring(0, text.lastIndexOf(",", TYPES_WIDTH)) + ", ..";
        return formatted(sentAt, Style.PLAIN, "accepted", "API", request.size() + " events: " + cut, "");
    }

    /** A receiver got a request. A refusal is shown once the topic records what follows from it. */
    void arrived(ReceivedDelivery arrival) {
        if (!arrival.genuine()) {
            line(
                    Style.BAD,
                    "FORGED",
                    arrival.receiver(),
                    columns(arrival.type(), arrival.jobId()),
                    "signature is wrong");
        } else if (arrival.accepted()
                && arrival.attempt() == 1
                && arrival.type().endsWith(SUMMED_UP)) {
            sumUp();
        } else if (arrival.accepted()) {
            line(
                    Style.GOOD,
                    "delivered",
                    arrival.receiver(),
                    columns(arrival.type(), arrival.jobId()),
                    ordinal(arrival.attempt()) + when(arrival));
        }
    }

    /** The topic records the outcome of an attempt. */
    void attempted(Attempt attempt) {
        Outcome outcome = attempt.getOutcome();
        if (outcome != Outcome.FAILED && outcome != Outcome.DEAD) {
            return;
        }
        ReceivedDelivery arrival = observations.arrival(attempt.getDeliveryId(), attempt.getAttempt());
        String answer = attempt.getStatus() == null ? String.valueOf(attempt.getError()) : "" + attempt.getStatus();
        String text = ordinal(attempt.getAttempt()) + (arrival == null ? "" : when(arrival)) + ", " + answer + "; ";
        String where;
        synchronized (this) {
            where = receiversByWebhook.getOrDefault(attempt.getWebhookId(), "?");
        }
        String columns = columns(attempt.getType(), attempt.getJobId());
        if (outcome == Outcome.DEAD) {
            line(Style.BAD, "dead", where, columns, text + "given up");
        } else {
            long endedAtMs = attempt.getAtMs() + attempt.getDurationUs() / 1_000;
            long waitMs = attempt.getNextAtMs() == null ? 0 : attempt.getNextAtMs() - endedAtMs;
            line(Style.REFUSED, "refused", where, columns, text + "due again in " + seconds(waitMs));
        }
    }

    private String when(ReceivedDelivery arrival) {
        Attempt before = observations.before(arrival.deliveryId(), arrival.attempt());
        Long sentAtMs = observations.sentAtMs(arrival.deliveryId());
        if (before != null && before.getNextAtMs() != null) {
            return ", " + (arrival.atMs() - before.getNextAtMs()) + " ms after due";
        }
        if (before != null) {
            return ", replayed";
        }
        return arrival.attempt() > 1 || sentAtMs == null ? "" : ", " + (arrival.atMs() - sentAtMs) + " ms after POST";
    }

    private synchronized void sumUp() {
        if (summedUp++ == 0) {
            summedUpSinceNanos = System.nanoTime();
        }
    }

    private void flush() {
        int count;
        synchronized (this) {
            count = summedUp;
            summedUp = 0;
        }
        if (count > 0) {
            line(Style.GOOD, "delivered", "dashboard", count + " progress events", "");
        }
    }

    private void redraw() {
        try {
            while (true) {
                Thread.sleep(REDRAW_MS);
                boolean due;
                synchronized (this) {
                    due = summedUp > 0 && System.nanoTime() - summedUpSinceNanos > SUM_UP_MS * 1_000_000;
                }
                if (due) {
                    flush();
                }
                terminal.status(status.get());
            }
        } catch (InterruptedException e) {
            // close() interrupts this thread
        }
    }

    private synchronized void line(Style style, String verb, String where, String what, String text) {
        String line = formatted(elapsed(), style, verb, where, what, text);
        if (sending) {
            held.add(line);
        } else {
            terminal.line(line);
        }
    }

    private double elapsed() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private String formatted(double time, Style style, String verb, String where, String what, String text) {
        return (terminal.styled(Style.FAINT, String.format(Locale.ROOT, "%6.2f", time))
                        + "  "
                        + terminal.styled(style, String.format(Locale.ROOT, "%-9s", verb))
                        + String.format(Locale.ROOT, "  %-9s  %s  %s", where, what, text))
                .stripTrailing();
    }

    private static String columns(String type, String jobId) {
        return String.format(Locale.ROOT, "%-25s  %-" + JOB_WIDTH + "s", type, shortened(jobId));
    }

    /** Shortens a long job id in the middle, because ids differ at their ends. */
    private static String shortened(String jobId) {
        return jobId.length() <= JOB_WIDTH
                ? jobId
                : jobId.substring(0, JOB_HEAD) + ".." + jobId.substring(jobId.length() - JOB_WIDTH + JOB_HEAD + 2);
    }

    private static String ordinal(int attempt) {
        String end =
                switch (attempt) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
        return attempt + end;
    }

    static String seconds(long ms) {
        return String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
    }

    static String bar(long done, long total) {
        int width = 20;
        int filled = total == 0 ? width : (int) (width * done / total);
        return "[" + "#".repeat(filled) + ".".repeat(width - filled) + "] " + done + "/" + total;
    }

    /** Removes the status line; lines may still be written. */
    @Override
    public void close() {
        redraw.interrupt();
        try {
            redraw.join(REDRAW_MS * 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        flush();
        terminal.status("");
    }
}
