package io.kurier.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Where deliveries may go, judged twice: by the URL when a webhook is registered, and by the bytes of the address when a
 * connection is about to be made. Only the second is a guard; the first is a kindness to whoever mistyped.
 *
 * @param allowPrivate KURIER_ALLOW_PRIVATE_NETWORKS
 * @param allowHttp KURIER_ALLOW_HTTP
 */
public record EgressRules(boolean allowPrivate, boolean allowHttp) {
    private static final String PRIVATE_SETTING = "KURIER_ALLOW_PRIVATE_NETWORKS=true allows private addresses";

    /** Why the URL can't be registered; empty when it can. */
    public Optional<String> refusal(WebhookUrl url) {
        if (!allowPrivate && isInternalName(url.host())) {
            return Optional.of("the host " + url.host() + " is inside (" + PRIVATE_SETTING + ")");
        }
        if (url.isAddress()) {
            return refusal(url, bytes(url.host()));
        }
        if (!url.secure() && !allowHttp && !allowPrivate) {
            return Optional.of("expected https (KURIER_ALLOW_HTTP=true allows http)");
        }
        return Optional.empty();
    }

    /**
     * Why no connection may be made; empty when it may.
     *
     * @param address the one about to be connected to, 4 or 16 bytes
     */
    public Optional<String> refusal(WebhookUrl url, byte[] address) {
        Optional<String> guarded = new AddressGuard(allowPrivate).refusal(address);
        if (guarded.isPresent()) {
            return guarded.map(why -> why + " (" + PRIVATE_SETTING + ")");
        }
        boolean openHttp = allowHttp || (allowPrivate && AddressGuard.isPrivate(address));
        return url.secure() || openHttp
                ? Optional.empty()
                : Optional.of("expected https (KURIER_ALLOW_HTTP=true allows http)");
    }

    private static boolean isInternalName(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.endsWith(".local")
                || host.endsWith(".internal")
                || (host.indexOf('.') < 0 && host.indexOf(':') < 0);
    }

    private static byte[] bytes(String address) {
        try {
            // a literal: nothing is looked up
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + address + "' is no address", e);
        }
    }
}
