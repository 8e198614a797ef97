package io.kurier.sender;

import io.kurier.model.tls.ClientTls;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/**
 * What TLS is made with: one context for webhooks without wishes, one for each distinct setting of the others, made at
 * its first connection. Those used longest ago are forgotten; connections made with them live on. Sessions are resumed
 * within a context only, so none is shared between settings. The event loop's.
 */
final class TlsContexts {
    private static final int LOAD_PERCENT = 75;
    /** Of one context: hosts whose session can be resumed. */
    private static final int SESSIONS = 100;

    private final SslContext common;
    private final int most;
    private final Map<ClientTls, SslContext> made = new LinkedHashMap<>(16, LOAD_PERCENT / 100f, true);

    TlsContexts(SslContext common, int most) {
        this.common = common;
        this.most = most;
    }

    /** @throws SSLException when this JDK cannot use the setting, although it was accepted when the webhook was made */
    SslContext of(ClientTls tls) throws SSLException {
        if (tls.equals(ClientTls.NONE)) {
            return common;
        }
        SslContext known = made.get(tls);
        if (known != null) {
            return known;
        }
        SslContext context = make(tls);
        made.put(tls, context);
        if (made.size() > most) {
            Iterator<SslContext> eldest = made.values().iterator();
            eldest.next();
            eldest.remove();
        }
        return context;
    }

    private static SslContext make(ClientTls tls) throws SSLException {
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forClient().sslProvider(SslProvider.JDK).sessionCacheSize(SESSIONS);
            // where the key passes through in memory; the default kind would spend milliseconds on encrypting it
            builder.keyStoreType("JKS");
            List<X509Certificate> authorities = tls.authorities();
            if (!authorities.isEmpty()) {
                builder.trustManager(authorities.toArray(X509Certificate[]::new));
            }
            List<X509Certificate> chain = tls.chain();
            if (!chain.isEmpty()) {
                builder.keyManager(tls.privateKey(), chain.toArray(X509Certificate[]::new));
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            // without its cause: nothing of the setting belongs into an attempt
            throw new SSLException("the webhook's tls setting cannot be used by this process");
        }
    }

    int size() {
        return made.size();
    }
}
