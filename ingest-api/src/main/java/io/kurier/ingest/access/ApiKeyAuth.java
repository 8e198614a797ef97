package io.kurier.ingest.access;

import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.control.KeyUses;
import io.kurier.ingest.http.Caller;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Problem;
import io.kurier.model.egress.TrustedProxies;
import io.kurier.model.secret.KeyedHash;
import io.kurier.model.tenant.ApiKey;
import io.kurier.runtime.control.Tenants;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets those in whose key opens, as a bearer token or in {@code X-API-Key}: the operator's, or a tenant's. Compares in
 * constant time, and as long for keys nobody made. Event loops; a tenant's key costs one hash and one look-up.
 */
public final class ApiKeyAuth implements Handler<RoutingContext> {
    private static final Logger log = LoggerFactory.getLogger(ApiKeyAuth.class);
    private static final String BEARER = "Bearer ";
    private static final KeyedHash.Value NOBODYS = new KeyedHash.Value(new byte[34]);
    /** Who cannot compare its tables with Kafka for as long may miss that a key was revoked. */
    private static final Duration LONGEST_UNCONFIRMED = Duration.ofSeconds(10);

    private final Tenants tenants;
    private final KeyedHash hash;
    private final Supplier<Duration> unconfirmedFor;
    private final InstantSource clock;
    private final byte[] operatorKey;
    private final TrustedProxies proxies;
    private final FailedKeyLimiter wrongKeys;
    private final KeyUses uses;

    /**
     * @param hash makes what is stored of a key's text
     * @param unconfirmedFor how long ago the table of keys was last known to be complete
     */
    public ApiKeyAuth(
            IngestApiConfig config,
            Tenants tenants,
            KeyedHash hash,
            Supplier<Duration> unconfirmedFor,
            KeyUses uses,
            InstantSource clock) {
        this.tenants = tenants;
        this.hash = hash;
        this.unconfirmedFor = unconfirmedFor;
        this.clock = clock;
        this.operatorKey = config.operatorKey().getBytes(StandardCharsets.UTF_8);
        this.proxies = config.access().trustedProxies();
        this.wrongKeys = new FailedKeyLimiter(config.access().wrongKeysPerMinute());
        this.uses = uses;
    }

    @Override
    public void handle(RoutingContext context) {
        Caller holder = holder(context.request());
        if (holder != null) {
            holder.enter(context);
            context.next();
        }
    }

    /** Who sent the request; null when no key opened, and the request was answered here. */
    @Nullable
    public Caller holder(HttpServerRequest request) {
        String given = given(request);
        if (given == null) {
            refuse(request.response(), "expected a key: Authorization: Bearer KEY, or X-API-Key: KEY");
            return null;
        }
        long nowMs = clock.millis();
        boolean isOperator = MessageDigest.isEqual(operatorKey, given.getBytes(StandardCharsets.UTF_8));
        Optional<ApiKey> key = isOperator ? Optional.empty() : key(given);
        if (key.isPresent()) {
            return judged(request.response(), key.get(), nowMs);
        }
        if (wrongKeys.isSomeoneBlocked(nowMs) && isBlocked(request, nowMs)) {
            return null;
        }
        if (!isOperator) {
            count(request, nowMs);
            refuse(request.response(), "this key is not known here");
            return null;
        }
        return Caller.OPERATOR;
    }

    private Optional<ApiKey> key(String given) {
        Optional<String> id = ApiKey.idIn(given);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Optional<ApiKey> found = tenants.key(id.get());
        KeyedHash.Value kept = found.isPresent() ? found.get().hash() : NOBODYS;
        return hash.isOf(kept, given) ? found : Optional.empty();
    }

    private @Nullable Caller judged(HttpServerResponse response, ApiKey key, long nowMs) {
        if (key.isExpired(nowMs)) {
            refuse(response, "this key has expired");
            return null;
        }
        if (unconfirmedFor.get().compareTo(LONGEST_UNCONFIRMED) > 0) {
            HttpResponses.problem(
                    response, Problem.of(503, "Kafka does not answer, so nobody knows whether this key still opens"));
            return null;
        }
        uses.note(key, nowMs);
        return new Caller(key);
    }

    /** Whether too many wrong keys came from there; then the request is answered here, and the operator's key not judged. */
    private boolean isBlocked(HttpServerRequest request, long nowMs) {
        long ms = wrongKeys.blockedForMs(caller(request).group(), nowMs);
        if (ms > 0) {
            HttpResponses.problem(
                    request.response(), Problem.tooMany("too many wrong keys came from this address", ms));
        }
        return ms > 0;
    }

    private void count(HttpServerRequest request, long nowMs) {
        TrustedProxies.Caller caller = caller(request);
        if (wrongKeys.add(caller.group(), nowMs)) {
            log.warn("too many wrong keys came from {}: it is refused until the minute is over", caller.text());
        }
    }

    private TrustedProxies.Caller caller(HttpServerRequest request) {
        var peer = request.remoteAddress();
        return proxies.caller(
                peer == null ? null : peer.hostAddress(), request.headers().getAll("x-forwarded-for"));
    }

    private static void refuse(HttpServerResponse response, String detail) {
        response.putHeader("www-authenticate", "Bearer");
        HttpResponses.problem(response, Problem.of(401, detail));
    }

    private static @Nullable String given(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).trim();
        }
        return request.getHeader("x-api-key");
    }
}
