package io.kurier.model.signing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** An Ed25519 key (RFC 8032). Its text holds seed and public key, as the libraries of Standard Webhooks write it. */
public final class Ed25519Secret extends SigningSecret {
    static final String PREFIX = "whsk_";
    private static final String PUBLIC_PREFIX = "whpk_";
    private static final String ALGORITHM = "Ed25519";
    private static final int KEY_BYTES = 32;
    private static final int KEY_ID_BYTES = 8;
    /** What stands before the 32 bytes of a public key in its X.509 encoding (RFC 8410). */
    private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PrivateKey key;
    private final byte[] publicKey;

    private Ed25519Secret(String text, PrivateKey key, byte[] publicKey) {
        super(text);
        this.key = key;
        this.publicKey = publicKey;
    }

    static Ed25519Secret make() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            byte[] both = Arrays.copyOf(last(pair.getPrivate().getEncoded()), 2 * KEY_BYTES);
            byte[] publicKey = last(pair.getPublic().getEncoded());
            System.arraycopy(publicKey, 0, both, KEY_BYTES, KEY_BYTES);
            return new Ed25519Secret(PREFIX + Base64.getEncoder().encodeToString(both), pair.getPrivate(), publicKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private static byte[] last(byte[] encoded) {
        return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    }

    /**
     * @param both the seed, then the public key. The public key must belong to the seed: receivers verify with it, and
     *     the seed signs.
     */
    static Ed25519Secret of(String text, byte[] both, String expected) {
        if (both.length != 2 * KEY_BYTES) {
            throw new IllegalArgumentException(expected + ", found " + both.length + " bytes");
        }
        byte[] publicKey = Arrays.copyOfRange(both, KEY_BYTES, 2 * KEY_BYTES);
        try {
            KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
            PrivateKey key = keys.generatePrivate(
                    new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Arrays.copyOf(both, KEY_BYTES)));
            Ed25519Secret secret = new Ed25519Secret(text, key, publicKey);
            if (secret.isOf(keys)) {
                return secret;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(expected + ", found bytes that are not a key", e);
        }
        throw new IllegalArgumentException(expected + ", found the public key of another seed");
    }

    private boolean isOf(KeyFactory keys) throws GeneralSecurityException {
        byte[] encoded = Arrays.copyOf(X509_HEAD, X509_HEAD.length + KEY_BYTES);
        System.arraycopy(publicKey, 0, encoded, X509_HEAD.length, KEY_BYTES);
        PublicKey told = keys.generatePublic(new X509EncodedKeySpec(encoded));
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initVerify(told);
        signature.update(publicKey);
        return signature.verify(signed(publicKey));
    }

    @Override
    public Scheme scheme() {
        return Scheme.V1A;
    }

    @Override
    public String sign(String id, long timestampSeconds, byte[] body) {
        byte[] head = (id + "." + timestampSeconds + ".").getBytes(StandardCharsets.UTF_8);
        try {
            return "v1a," + Base64.getEncoder().encodeToString(signed(head, body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private byte[] signed(byte[]... parts) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key);
        for (byte[] part : parts) {
            signature.update(part);
        }
        return signature.sign();
    }

    /** The public key for receivers: {@code whpk_} and base64. */
    public String publicKey() {
        return PUBLIC_PREFIX + Base64.getEncoder().encodeToString(publicKey);
    }

    /** The public key as {@code x} of a JSON Web Key (RFC 8037): base64url without padding. */
    public String publicKeyBase64Url() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(publicKey);
    }

    /** The key's id: 16 hexadecimal digits of the public key's SHA-256. */
    public String keyId() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(publicKey);
            return HexFormat.of().formatHex(digest, 0, KEY_ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
