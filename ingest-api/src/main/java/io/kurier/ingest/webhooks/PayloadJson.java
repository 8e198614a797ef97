package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.expressions.Condition;
import io.kurier.expressions.Transform;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.PayloadSettings;
import io.kurier.model.webhook.Webhook;
import io.kurier.model.webhook.WebhookDefaults;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of an event a webhook gets, as the API takes and shows it: {@code headers},
 * {@code ascii_json}, {@code when}, {@code transform}. Any thread.
 */
public final class PayloadJson {
    private PayloadJson() {}

    /**
     * @param defaults the tenant's
     * @throws Problem.RefusedException naming the field that is wrong
     */
    static PayloadSettings content(JsonFields fields, PayloadSettings before, WebhookDefaults defaults) {
        return new PayloadSettings(
                        fields.isGiven("headers")
                                ? headers(fields, before.headers(), defaults.headers())
                                : before.headers(),
                        fields.isGiven("ascii_json") ? fields.flag("ascii_json") : before.asciiJson(),
                        fields.isGiven("when") ? expression(fields, "when", Condition::check) : before.when(),
                        fields.isGiven("transform")
                                ? expression(fields, "transform", Transform::check)
                                : before.transform())
                .orPlain();
    }

    /** @param check refuses with an {@link IllegalArgumentException} what cannot be compiled */
    private static @Nullable String expression(JsonFields fields, String name, Consumer<String> check) {
        String text = fields.text(name);
        if (text != null) {
            try {
                check.accept(text);
            } catch (IllegalArgumentException e) {
                throw Problem.field(name, text, String.valueOf(e.getMessage())).refused();
            }
        }
        return text;
    }

    /** Nobody can send back values that are never shown: those of other names stay as they are. */
    public static CustomHeaders headers(JsonFields fields, CustomHeaders before, CustomHeaders defaults) {
        JsonFields given = fields.hiddenMap("headers");
        if (given == null) {
            return defaults;
        }
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(before.byName());
        Set<String> named = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : given.names()) {
            checkName(fields, name);
            if (!named.add(name)) {
                throw Problem.field(
                                fields.place("headers"),
                                name,
                                "is given twice; expected it once, whatever the case of its letters")
                        .refused();
            }
            String value = given.hidden(name, text -> {
                CustomHeaders.checkValue(text);
                return text;
            });
            byName.remove(name);
            if (value != null) {
                byName.put(name, value);
            }
        }
        try {
            return CustomHeaders.of(byName);
        } catch (IllegalArgumentException e) {
            throw Problem.field(fields.place("headers"), null, String.valueOf(e.getMessage()))
                    .refused();
        }
    }

    private static void checkName(JsonFields fields, String name) {
        try {
            CustomHeaders.checkName(name);
        } catch (IllegalArgumentException e) {
            throw Problem.field(fields.place("headers"), name, String.valueOf(e.getMessage()))
                    .refused();
        }
    }

    public static void showNames(ObjectNode json, CustomHeaders headers) {
        if (!headers.isEmpty()) {
            ArrayNode names = json.putArray("headers");
            headers.byName().keySet().forEach(names::add);
        }
    }

    static void show(ObjectNode json, Webhook webhook) {
        PayloadSettings content = webhook.content();
        showNames(json, content.headers());
        if (content.asciiJson()) {
            json.put("ascii_json", true);
        }
        if (content.when() != null) {
            json.put("when", content.when());
        }
        if (content.transform() != null) {
            json.put("transform", content.transform());
        }
    }
}
