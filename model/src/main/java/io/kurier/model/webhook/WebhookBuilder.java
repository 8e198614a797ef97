package io.kurier.model.webhook;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.tls.ClientTls;
import java.time.Duration;
import java.util.List;

/** Builds a webhook or a changed copy of one. The setters are explained at {@link Webhook}. One thread only. */
public final class WebhookBuilder {
    private final String id;
    private final String tenant;
    private long number;
    private long revision;
    private WebhookUrl url;
    private List<EventPattern> events = List.of(EventPattern.ALL);
    private String description = "";
    private Signing signing;
    private RetryPolicy retry = RetryPolicy.STANDARD;
    private Duration timeout = Webhook.DEFAULT_TIMEOUT;
    private DeliveryLimits pace = DeliveryLimits.FREE;
    private Throttle throttle = Throttle.NONE;
    private ClientTls tls = ClientTls.NONE;
    private PayloadSettings content = PayloadSettings.PLAIN;
    private Webhook.State state = Webhook.State.ACTIVE;
    private String file = "";
    private long createdAtMs;

    WebhookBuilder(String id, String tenant, WebhookUrl url, Signing signing) {
        this.id = id;
        this.tenant = tenant;
        this.url = url;
        this.signing = signing;
    }

    WebhookBuilder(Webhook from) {
        this.id = from.id();
        this.tenant = from.tenant();
        this.number = from.number();
        this.revision = from.revision();
        this.url = from.url();
        this.events = from.events();
        this.description = from.description();
        this.signing = from.signing();
        this.retry = from.retry();
        this.timeout = from.timeout();
        this.pace = from.pace();
        this.throttle = from.throttle();
        this.tls = from.tls();
        this.content = from.content();
        this.state = from.state();
        this.file = from.file();
        this.createdAtMs = from.createdAtMs();
    }

    /** Increments the revision. */
    public WebhookBuilder nextRevision() {
        revision++;
        return this;
    }

    public WebhookBuilder number(long given) {
        this.number = given;
        return this;
    }

    public WebhookBuilder revision(long given) {
        this.revision = given;
        return this;
    }

    public WebhookBuilder url(WebhookUrl given) {
        this.url = given;
        return this;
    }

    public WebhookBuilder events(List<EventPattern> given) {
        this.events = given;
        return this;
    }

    public WebhookBuilder description(String given) {
        this.description = given;
        return this;
    }

    public WebhookBuilder signing(Signing given) {
        this.signing = given;
        return this;
    }

    public WebhookBuilder retry(RetryPolicy given) {
        this.retry = given;
        return this;
    }

    public WebhookBuilder timeout(Duration given) {
        this.timeout = given;
        return this;
    }

    public WebhookBuilder pace(DeliveryLimits given) {
        this.pace = given;
        return this;
    }

    public WebhookBuilder throttle(Throttle given) {
        this.throttle = given;
        return this;
    }

    public WebhookBuilder tls(ClientTls given) {
        this.tls = given;
        return this;
    }

    public WebhookBuilder content(PayloadSettings given) {
        this.content = given;
        return this;
    }

    public WebhookBuilder state(Webhook.State given) {
        this.state = given;
        return this;
    }

    public WebhookBuilder file(String given) {
        this.file = given;
        return this;
    }

    public WebhookBuilder createdAtMs(long given) {
        this.createdAtMs = given;
        return this;
    }

    /** The webhook. */
    public Webhook build() {
        return new Webhook(
                id,
                tenant,
                number,
                revision,
                url,
                events,
                description,
                signing,
                retry,
                timeout,
                pace,
                throttle,
                tls,
                content,
                state,
                file,
                createdAtMs);
    }
}
