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
 * TLS contexts: one for all webhooks without TLS settings, and one for each distinct setting, made at its first connection.
 * The least recently used are dropped; connections made with them live on. Sessions are resumed within a context only, so
 * that settings never share one. Event loop only.
 */
final class TlsContexts {
    private static final int LOAD_PERCENT = 75;
    /** Hosts per context whose session can be resumed. */
    private static final int SESSIONS = 100;

    private final SslContext common;
    private final int most;
    private final Map<ClientTls, SslContext> made = new LinkedHashMap<>(16, LOAD_PERCENT / 100f, true);

    TlsContexts(SslContext common, int most) {
        this.common = common;
        this.most = most;
    }

    /**
     * The context for the setting.
     *
     * @throws SSLException when this JDK cannot use the setting, although the HTTP API of another process accepted it
     */
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
            // holds the key in memory only; the default type would spend milliseconds on encrypting it
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
            // without the cause, whose message could put parts of the setting into an attempt
            throw new SSLException("this process cannot use the webhook's tls setting; set it again");
        }
    }

    int size() {
        return made.size();
    }
}
