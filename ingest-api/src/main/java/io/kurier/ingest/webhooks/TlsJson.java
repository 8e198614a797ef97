package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.tls.ClientTls;
import io.kurier.model.tls.ClientTlsCheck;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON of the field {@code tls}. No response or message repeats the PEM that was sent. Any thread. */
final class TlsJson {
    static final Set<String> FIELDS = Set.of("ca", "certificate", "key");
    private static final int MAX_SUBJECT = 256;

    private TlsJson() {}

    /**
     * @param fields null for no TLS settings
     * @param url of the webhook, which must be {@code https}
     * @throws Problem.RefusedException naming the invalid field
     */
    static ClientTls parse(@Nullable JsonFields fields, WebhookUrl url, long nowMs) {
        if (fields == null) {
            return ClientTls.NONE;
        }
        if (!url.secure()) {
            throw Problem.field("tls", null, "expected none, or a URL that starts with https://; http:// has no TLS")
                    .refused();
        }
        Instant now = Instant.ofEpochMilli(nowMs);
        String ca = fields.secret("ca", text -> ClientTlsCheck.authorities(text, now));
        String chain = fields.secret("certificate", text -> ClientTlsCheck.chain(text, now));
        if (chain == null) {
            if (fields.has("key")) {
                throw Problem.missing("tls.certificate", "expected the certificate of tls.key")
                        .refused();
            }
            if (ca == null) {
                throw Problem.field("tls", null, "expected ca, or certificate and key, or both")
                        .refused();
            }
            return new ClientTls(ca, null, null);
        }
        String key = fields.secret("key", text -> ClientTlsCheck.key(text, chain));
        if (key == null) {
            throw Problem.missing("tls.key", "expected the private key of tls.certificate")
                    .refused();
        }
        return new ClientTls(ca, chain, key);
    }

    /** Subject, end of validity and SHA-256 of each certificate; nothing of the private key. */
    static ObjectNode show(ClientTls tls) {
        ObjectNode json = Json.object();
        put(json, "ca", tls.authorities());
        put(json, "certificate", tls.chain());
        return json;
    }

    private static void put(ObjectNode json, String name, List<X509Certificate> certificates) {
        if (certificates.isEmpty()) {
            return;
        }
        ArrayNode array = json.putArray(name);
        for (X509Certificate certificate : certificates) {
            String subject = certificate.getSubjectX500Principal().getName();
            array.addObject()
                    .put("subject", subject.substring(0, Math.min(subject.length(), MAX_SUBJECT)))
                    .put(
                            "expires_at",
                            Json.time(certificate.getNotAfter().toInstant().toEpochMilli()))
                    .put("sha256", sha256(certificate));
        }
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("cannot compute the SHA-256 of a certificate that was parsed before", e);
        }
    }
}
