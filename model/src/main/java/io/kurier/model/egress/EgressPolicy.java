package io.kurier.model.egress;

import java.util.List;
import java.util.Optional;

/**
 * Decides where deliveries may go, twice: by the URL when a webhook is registered, and by the bytes of the address before
 * each connection. Only the second check protects; the first reports mistakes early.
 *
 * @param allowPrivate {@code KURIER_ALLOW_PRIVATE_NETWORKS}
 * @param allowHttp {@code KURIER_ALLOW_HTTP}
 * @param allowed {@code KURIER_ALLOWED_NETWORKS}
 */
public record EgressPolicy(boolean allowPrivate, boolean allowHttp, List<IpNetwork> allowed) {
    private static final String OPENED_BY =
            "; KURIER_ALLOWED_NETWORKS allows the networks it lists, KURIER_ALLOW_PRIVATE_NETWORKS=true allows all";
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] LOOPBACK_6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final String HTTPS = "expected https (KURIER_ALLOW_HTTP=true allows http)";

    /** Names that no public resolver knows: RFC 6761, 6762 (with its appendix G), 8375, ICANN's .internal, Kubernetes. */
    private static final List<String> INTERNAL_SUFFIXES = List.of(
            ".localhost",
            ".localdomain",
            ".local",
            ".internal",
            ".intranet",
            ".private",
            ".corp",
            ".home",
            ".lan",
            ".home.arpa",
            ".svc");

    public EgressPolicy {
        allowed = List.copyOf(allowed);
    }

    /** Returns why the URL cannot be registered; empty when it can. */
    public Optional<String> refusal(WebhookUrl url) {
        Optional<byte[]> address = url.address();
        if (address.isPresent()) {
            return refusal(url, address.get());
        }
        if (opensInside() && isLoopbackName(url.host())) {
            return refusal(url, LOOPBACK)
                    .flatMap(why -> refusal(url, LOOPBACK_6).map(also -> why));
        }
        if (opensInside()) {
            // a name may resolve to an allowed network; its addresses decide
            return Optional.empty();
        }
        if (isInternalName(url.host())) {
            return Optional.of("`" + url.host() + "` is an internal host name" + OPENED_BY);
        }
        return url.secure() || allowHttp ? Optional.empty() : Optional.of(HTTPS);
    }

    /**
     * Returns why a connection must not be made; empty when it may.
     *
     * @param address the address to connect to, 4 or 16 bytes, network order
     */
    public Optional<String> refusal(WebhookUrl url, byte[] address) {
        AddressGuard guard = new AddressGuard(allowPrivate, allowed);
        Optional<String> guarded = guard.refusal(address);
        if (guarded.isPresent()) {
            return guarded.map(why -> why + OPENED_BY);
        }
        boolean openHttp = allowHttp || guard.isAllowed(address) || (allowPrivate && AddressGuard.isPrivate(address));
        return url.secure() || openHttp ? Optional.empty() : Optional.of(HTTPS);
    }

    /** Whether any address that is not public may be reached. */
    public boolean opensInside() {
        return allowPrivate || !allowed.isEmpty();
    }

    /** Names that resolvers map to the loopback address by themselves (RFC 6761). */
    private static boolean isLoopbackName(String host) {
        return ("." + host).endsWith(".localhost");
    }

    private static boolean isInternalName(String host) {
        String dotted = "." + host;
        return host.indexOf('.') < 0 || INTERNAL_SUFFIXES.stream().anyMatch(dotted::endsWith);
    }
}
