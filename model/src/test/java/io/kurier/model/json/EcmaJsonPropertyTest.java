package io.kurier.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kurier.model.json.EcmaJson.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Random texts against {@code node} where it is on the path, and against what it once made of them, from a file, where
 * it is not. {@code -Dseed=N} repeats a run.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EcmaJsonPropertyTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final int RUNS = 2_000;
    private static final int DOCUMENTS = 10_000;
    private static final String GOLDEN = "ecma-golden.tsv";

    private static Optional<Node> node = Optional.empty();

    @BeforeAll
    static void startNode() {
        System.out.println("EcmaJsonPropertyTest: repeat with -Dseed=" + SEED);
        node = Node.start();
    }

    @AfterAll
    static void stopNode() {
        node.ifPresent(Node::close);
    }

    @Test
    void documentsBecomeWhatNodeMakesOfThem() throws Exception {
        assumeTrue(node.isPresent(), "no node on the path; the golden file stands in");
        RandomJson random = new RandomJson(SEED, " \t\r\n");
        for (int i = 0; i < DOCUMENTS; i++) {
            String json = random.document();
            assertThat(normalized(json))
                    .as("seed %d, %s", SEED, json)
                    .isEqualTo(node.orElseThrow().normalized(json));
        }
    }

    @Test
    void spoiltDocumentsAreRefusedExactlyWhenNodeRefusesThem() throws Exception {
        assumeTrue(node.isPresent(), "no node on the path");
        RandomJson random = new RandomJson(SEED, " \t\r\n");
        int refused = 0;
        for (int i = 0; i < RUNS; i++) {
            String json = new String(random.mutate(random.document()).getBytes(UTF_8), UTF_8);
            Optional<String> expected = node.orElseThrow().normalized(json);
            refused += expected.isEmpty() ? 1 : 0;
            assertThat(normalized(json).isPresent())
                    .as("seed %d, %s", SEED, json)
                    .isEqualTo(expected.isPresent());
        }
        assertThat(refused).as("seed %d", SEED).isBetween(RUNS / 10, RUNS * 9 / 10);
    }

    @Test
    void numbersAreNodesTextWhereItHasTheSameValueAndThePublishersElsewhere() throws Exception {
        assumeTrue(node.isPresent(), "no node on the path");
        RandomJson random = new RandomJson(SEED, " ");
        for (int i = 0; i < RUNS; i++) {
            String number = random.anyNumber();
            assertThat(normalized(number)).as("seed %d, %s", SEED, number).contains(nodesOr(number));
        }
    }

    /** Where the gaps between doubles change, and where doubles are coarsest, the shortest text is hardest to find. */
    @Test
    void powersOfTwoTheirNeighboursAndTheSmallestDoublesTakeNodesText() throws Exception {
        assumeTrue(node.isPresent(), "no node on the path");
        for (double power = Double.MIN_VALUE; power < Double.POSITIVE_INFINITY; power *= 2) {
            assertNodesText(power);
            assertNodesText(Math.nextUp(power));
            assertNodesText(Math.nextDown(power));
        }
        for (int i = 0; i < RUNS; i++) {
            assertNodesText(i * Double.MIN_VALUE);
        }
    }

    @Test
    void decimalsOfFewDigitsTakeNodesTextWhateverTheirExponent() throws Exception {
        assumeTrue(node.isPresent(), "no node on the path");
        for (int exponent = -326; exponent <= 309; exponent++) {
            for (String digits : List.of("1", "2", "5", "9", "1.5", "4.9", "9.9", "1.23", "1.7976931348623157")) {
                String number = digits + "E" + exponent;
                assertThat(normalized(number)).as(number).contains(nodesOr(number));
            }
        }
    }

    @Test
    void noNumberEverChangesItsValue() {
        RandomJson random = new RandomJson(SEED, " ");
        for (int i = 0; i < 10 * RUNS; i++) {
            String number = random.anyNumber();
            assertThat(new BigDecimal(normalized(number).orElseThrow()))
                    .as("seed %d, %s", SEED, number)
                    .isEqualByComparingTo(new BigDecimal(number));
        }
    }

    @Test
    void normalizingAgainChangesNothing() {
        RandomJson random = new RandomJson(SEED, " \t\r\n");
        for (int i = 0; i < RUNS; i++) {
            String once = normalized(random.document()).orElseThrow();
            assertThat(normalized(once)).as("seed %d, %s", SEED, once).contains(once);
        }
    }

    /** Each line is a text, a tab, and what node made of it. */
    @Test
    void documentsBecomeWhatNodeOnceMadeOfThem() throws Exception {
        try (InputStream golden =
                Objects.requireNonNull(EcmaJsonPropertyTest.class.getResourceAsStream(GOLDEN), GOLDEN)) {
            List<String> lines = List.of(new String(golden.readAllBytes(), UTF_8).split("\n"));
            assertThat(lines).hasSizeGreaterThan(100).allSatisfy(line -> {
                String[] pair = line.split("\t");
                assertThat(normalized(pair[0])).as(pair[0]).contains(pair[1]);
            });
        }
    }

    /** Not a test: {@code -Dgolden.rewrite=true} writes the golden file anew. */
    @Test
    @EnabledIfSystemProperty(named = "golden.rewrite", matches = "true")
    void rewriteTheGoldenFile() throws Exception {
        RandomJson random = new RandomJson(SEED, " ");
        StringBuilder golden = new StringBuilder();
        for (String json : Stream.generate(random::document)
                .filter(json -> json.length() > 9 && json.length() < 1_000)
                .limit(200)
                .toList()) {
            golden.append(json)
                    .append('\t')
                    .append(node.orElseThrow().normalized(json).orElseThrow())
                    .append('\n');
        }
        Files.writeString(Path.of("src/test/resources/io/kurier/model/json", GOLDEN), golden);
    }

    private static void assertNodesText(double value) throws IOException {
        String nodes =
                node.orElseThrow().normalized(new BigDecimal(value).toString()).orElseThrow();
        String otherwiseWritten = new BigDecimal(nodes)
                .setScale(new BigDecimal(nodes).scale() + 1)
                .toString();
        assertThat(normalized(otherwiseWritten)).as("%s", value).contains(nodes);
    }

    private static String nodesOr(String number) throws IOException {
        String nodes = node.orElseThrow().normalized(number).orElseThrow();
        boolean same = !nodes.equals("null") && new BigDecimal(nodes).compareTo(new BigDecimal(number)) == 0;
        return same ? nodes : number;
    }

    private static Optional<String> normalized(String json) {
        try {
            return Optional.of(new String(EcmaJson.normalize(json.getBytes(UTF_8), Limits.DEFAULT), UTF_8));
        } catch (JsonRefusedException e) {
            return Optional.empty();
        }
    }
}
