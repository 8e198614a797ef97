package io.kurier.model.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/** One {@code node} process that answers each text with what it makes of it. The definition to compare with. */
final class Node implements AutoCloseable {
    private static final String SCRIPT = """
            require('readline').createInterface({input: process.stdin}).on('line', line => {
              let answer = '!';
              try {
                const text = Buffer.from(line, 'base64').toString('utf8');
                answer = Buffer.from(JSON.stringify(JSON.parse(text)), 'utf8').toString('base64');
              } catch (refused) {}
              console.log(answer);
            });
            """;

    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;

    private Node(Process process) {
        this.process = process;
        this.in = process.outputWriter(US_ASCII);
        this.out = process.inputReader(US_ASCII);
    }

    /** Empty when there is no {@code node} on the path. */
    static Optional<Node> start() {
        try {
            return Optional.of(new Node(new ProcessBuilder("node", "-e", SCRIPT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** {@code JSON.stringify(JSON.parse(json))}, empty when node refuses the text. */
    Optional<String> normalized(String json) throws IOException {
        in.write(Base64.getEncoder().encodeToString(json.getBytes(UTF_8)));
        in.newLine();
        in.flush();
        String answer = out.readLine();
        if (answer == null) {
            throw new IOException("node ended, " + process);
        }
        return answer.equals("!")
                ? Optional.empty()
                : Optional.of(new String(Base64.getDecoder().decode(answer), UTF_8));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
