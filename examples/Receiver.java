import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A receiver for trying out Kurier: {@code java examples/Receiver.java whsec_…}. It listens on port 9000, checks each
 * signature and prints each delivery. It answers 200 if the signature is valid and 401 otherwise.
 */
public class Receiver {
    private static final long TOLERANCE_SECONDS = 300;

    public static void main(String[] args) throws Exception {
        if (args.length != 1 || !args[0].startsWith("whsec_")) {
            System.err.println("usage: java examples/Receiver.java whsec_…   (the secret that the API returned when the webhook was created)");
            System.exit(2);
        }
        byte[] key = Base64.getDecoder().decode(args[0].substring("whsec_".length()));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 9000), 100);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String id = exchange.getRequestHeaders().getFirst("webhook-id");
            String timestamp = exchange.getRequestHeaders().getFirst("webhook-timestamp");
            String signatures = exchange.getRequestHeaders().getFirst("webhook-signature");
            boolean genuine = isGenuine(key, id, timestamp, signatures, body);
            System.out.println((genuine ? "genuine " : "REFUSED ") + id + " " + new String(body, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(genuine ? 200 : 401, -1);
            exchange.close();
        });
        server.start();
        System.out.println("listening on http://127.0.0.1:9000/");
    }

    static boolean isGenuine(byte[] key, String id, String timestamp, String signatures, byte[] body) {
        try {
            long age = Instant.now().getEpochSecond() - Long.parseLong(timestamp);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
            boolean known = false;
            for (String signature : signatures.split(" ")) {
                known |= MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
            }
            return known && Math.abs(age) <= TOLERANCE_SECONDS;
        } catch (Exception e) {
            return false;
        }
    }
}
