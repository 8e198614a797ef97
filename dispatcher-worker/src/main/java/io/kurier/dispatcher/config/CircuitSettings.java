package io.kurier.dispatcher.config;

import io.kurier.dispatcher.lane.CircuitBreaker;
import io.kurier.runtime.config.Settings;
import org.apache.kafka.common.config.ConfigDef;

/** Settings of the circuit breakers; they are the same for each webhook. */
final class CircuitSettings {
    private static final String WINDOW = "KURIER_CIRCUIT_WINDOW";
    private static final String FAILURE_PERCENT = "KURIER_CIRCUIT_FAILURE_PERCENT";
    private static final String UNANSWERED = "KURIER_CIRCUIT_UNANSWERED";
    private static final String PAUSE = "KURIER_CIRCUIT_PAUSE";
    private static final String LONGEST_PAUSE = "KURIER_CIRCUIT_LONGEST_PAUSE";
    private static final String PATIENCE = "KURIER_CIRCUIT_PATIENCE";

    private CircuitSettings() {}

    static void define(ConfigDef definition) {
        DispatcherConfig.number(
                definition,
                WINDOW,
                20,
                1,
                1_000,
                "Number of last attempts at a webhook that decide whether its circuit opens. While it is open, deliveries wait and use up no attempt.");
        DispatcherConfig.number(
                definition,
                FAILURE_PERCENT,
                50,
                0,
                100,
                "Percentage of the last attempts that must fail (no answer, 429 or 5xx) for the circuit to open; 0 switches circuits off.");
        DispatcherConfig.number(
                definition,
                UNANSWERED,
                5,
                1,
                1_000,
                "Number of attempts in a row without an answer that open the circuit.");
        DispatcherConfig.duration(
                definition,
                PAUSE,
                "5s",
                "100ms",
                "1h",
                "First pause of an open circuit. After it, one attempt at a time probes the receiver; each failed probe doubles the pause.");
        DispatcherConfig.duration(definition, LONGEST_PAUSE, "5m", "100ms", "6h", "Longest pause of an open circuit.");
        DispatcherConfig.duration(
                definition,
                PATIENCE,
                "3d",
                "0ms",
                "30d",
                "How long open circuits postpone a delivery without an attempt before it becomes a dead letter.");
    }

    static CircuitBreaker.Rules rules(Settings settings) {
        return new CircuitBreaker.Rules(
                settings.number(WINDOW),
                settings.number(FAILURE_PERCENT),
                settings.number(UNANSWERED),
                settings.duration(PAUSE),
                settings.duration(LONGEST_PAUSE),
                settings.duration(PATIENCE));
    }
}
