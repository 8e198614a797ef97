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

/** A webhook's {@code tls} as the API takes and shows it. Nothing of it is ever repeated as it was given. Any thread. */
final class TlsJson {
    static final Set<String> FIELDS = Set.of("ca", "certificate", "key");
    private static final int MAX_SUBJECT = 256;

    private TlsJson() {}

    /** @throws Problem.RefusedException naming the field that is wrong */
    static ClientTls parse(@Nullable JsonFields fields, WebhookUrl url, long nowMs) {
        if (fields == null) {
            return ClientTls.NONE;
        }
        if (!url.secure()) {
            throw Problem.field("tls", null, "expected a URL that starts with https://; http has no TLS")
                    .refused();
        }
        Instant now = Instant.ofEpochMilli(nowMs);
        String ca = fields.hidden("ca", text -> ClientTlsCheck.authorities(text, now));
        String chain = fields.hidden("certificate", text -> ClientTlsCheck.chain(text, now));
        if (chain == null) {
            if (fields.has("key")) {
                throw Problem.field("tls.certificate", null, "is missing; expected the certificate of tls.key")
                        .refused();
            }
            if (ca == null) {
                throw Problem.field("tls", null, "expected ca, or certificate and key, or both")
                        .refused();
            }
            return new ClientTls(ca, null, null);
        }
        String key = fields.hidden("key", text -> ClientTlsCheck.key(text, chain));
        if (key == null) {
            throw Problem.field("tls.key", null, "is missing; expected the key of tls.certificate")
                    .refused();
        }
        return new ClientTls(ca, chain, key);
    }

    /** What can be known of the certificates by their holder, and nothing of the key. */
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
            throw new IllegalStateException("a certificate that was read has no SHA-256", e);
        }
    }
}
