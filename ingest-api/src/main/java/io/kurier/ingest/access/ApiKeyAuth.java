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
 * Authenticates requests by their API key, which is a bearer token or the header {@code X-API-Key}: the operator's key, or
 * one of a tenant. Keys are compared in constant time, and a key that does not exist takes as long as one that does. Event
 * loops; a tenant's key costs one hash and one look-up.
 */
public final class ApiKeyAuth implements Handler<RoutingContext> {
    private static final Logger log = LoggerFactory.getLogger(ApiKeyAuth.class);
    private static final String BEARER = "Bearer ";
    private static final KeyedHash.Value HASH_OF_NO_KEY = new KeyedHash.Value(new byte[34]);
    /** A process that could not compare its tables with Kafka for longer may have missed that a key was revoked. */
    private static final Duration MAX_UNCONFIRMED = Duration.ofSeconds(10);

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
        Caller caller = authenticate(context.request());
        if (caller != null) {
            caller.attachTo(context);
            context.next();
        }
    }

    /**
     * The caller of the request.
     *
     * @return null if the request was refused; its response has been sent then
     */
    @Nullable
    public Caller authenticate(HttpServerRequest request) {
        String given = givenKey(request);
        if (given == null) {
            refuse(
                    request.response(),
                    "the request has no API key; expected the header Authorization: Bearer KEY, or X-API-Key: KEY");
            return null;
        }
        long nowMs = clock.millis();
        boolean isOperator = MessageDigest.isEqual(operatorKey, given.getBytes(StandardCharsets.UTF_8));
        Optional<ApiKey> key = isOperator ? Optional.empty() : key(given);
        if (key.isPresent()) {
            return checked(request.response(), key.get(), nowMs);
        }
        if (wrongKeys.isAnyBlocked(nowMs) && isBlocked(request, nowMs)) {
            return null;
        }
        if (!isOperator) {
            countWrongKey(request, nowMs);
            refuse(
                    request.response(),
                    "unknown API key; it may have been mistyped or revoked. Use a valid key of the tenant, or the operator's");
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
        KeyedHash.Value kept = found.isPresent() ? found.get().hash() : HASH_OF_NO_KEY;
        return hash.isOf(kept, given) ? found : Optional.empty();
    }

    /** The caller with this key, if it may be used now. */
    private @Nullable Caller checked(HttpServerResponse response, ApiKey key, long nowMs) {
        if (key.isExpired(nowMs)) {
            refuse(response, "API key " + key.id() + " has expired; ask the operator for a new one");
            return null;
        }
        if (unconfirmedFor.get().compareTo(MAX_UNCONFIRMED) > 0) {
            HttpResponses.problem(
                    response, Problem.of(503, "cannot verify the API key: Kafka is unreachable. Retry later"));
            return null;
        }
        uses.note(key, nowMs);
        return new Caller(key);
    }

    /** Whether the address is blocked. Sends the response then; even the operator's key is refused unchecked. */
    private boolean isBlocked(HttpServerRequest request, long nowMs) {
        long ms = wrongKeys.blockedForMs(origin(request).group(), nowMs);
        if (ms > 0) {
            HttpResponses.problem(
                    request.response(),
                    Problem.tooMany(
                            "too many wrong API keys from this address; retry after " + (ms + 999) / 1_000 + " s", ms));
        }
        return ms > 0;
    }

    private void countWrongKey(HttpServerRequest request, long nowMs) {
        TrustedProxies.Caller origin = origin(request);
        if (wrongKeys.add(origin.group(), nowMs)) {
            log.warn(
                    "Too many wrong API keys from {}: its wrong keys and the operator key get a 429 until the minute is over. "
                            + "If this is not an attack, correct the key of that client",
                    origin.text());
        }
    }

    private TrustedProxies.Caller origin(HttpServerRequest request) {
        var peer = request.remoteAddress();
        return proxies.caller(
                peer == null ? null : peer.hostAddress(), request.headers().getAll("x-forwarded-for"));
    }

    private static void refuse(HttpServerResponse response, String detail) {
        response.putHeader("www-authenticate", "Bearer");
        HttpResponses.problem(response, Problem.of(401, detail));
    }

    private static @Nullable String givenKey(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).trim();
        }
        return request.getHeader("x-api-key");
    }
}
