package io.kurier.standalone;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the documents to the tree: links lead somewhere, lines are short, and classes they name exist. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** Characters, not bytes. */
    private static final int LONGEST_LINE = 120;

    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", "data");

    /** {@code [text](target)} and {@code ![text](target)}; the target has no spaces. */
    private static final Pattern INLINE_LINK = Pattern.compile("]\\(([^()\\s]+)\\)");

    private static final Pattern LINK_DEFINITION = Pattern.compile("^\\[[^]]+]: +(\\S+)");
    private static final Pattern HTML_LINK = Pattern.compile("(?:href|src|srcset)=\"([^\"]+)\"");
    private static final Pattern CODE_SPAN = Pattern.compile("`[^`]+`");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$");
    /** A class in a code span. */
    private static final Pattern CLASS_NAME = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");
    /** A row of a list that names a package and classes in it. */
    private static final Pattern PACKAGE_ROW = Pattern.compile("^- `(io\\.kurier[\\w.]*)`:");

    private static final Pattern DECISION = Pattern.compile("\\d{4}-[a-z0-9-]+\\.md");

    @Test
    void everyRelativeLinkResolves() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            for (String line : linesOutsideOfCode(document)) {
                for (String link : links(CODE_SPAN.matcher(line).replaceAll(""))) {
                    if (!resolves(document, link)) {
                        broken.add(ROOT.relativize(document) + ": " + link);
                    }
                }
            }
        }

        assertThat(broken).as("links without a target").isEmpty();
    }

    @Test
    void noLineIsLongerThan120Characters() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path document : documents()) {
            List<String> lines = Files.readAllLines(document);
            for (int i = 0; i < lines.size(); i++) {
                int length = lines.get(i).codePointCount(0, lines.get(i).length());
                if (length > LONGEST_LINE) {
                    tooLong.add(ROOT.relativize(document) + ":" + (i + 1) + ": " + length);
                }
            }
        }

        assertThat(tooLong).as("lines above %d characters", LONGEST_LINE).isEmpty();
    }

    @Test
    void everyClassThatThePromisesNameExists() throws IOException {
        Map<String, Set<String>> packagesByClass = packagesByClass();
        List<String> missing = new ArrayList<>();
        String inPackage = "";
        for (String line : Files.readAllLines(ROOT.resolve("docs/invariants.md"))) {
            Matcher row = PACKAGE_ROW.matcher(line);
            if (row.find()) {
                inPackage = row.group(1);
            } else if (!line.startsWith("  ")) {
                inPackage = "";
            }
            for (String name : matches(CLASS_NAME, line)) {
                Set<String> packages = packagesByClass.getOrDefault(name, Set.of());
                if (packages.isEmpty() || (!inPackage.isEmpty() && !packages.contains(inPackage))) {
                    missing.add(inPackage.isEmpty() ? name : inPackage + "." + name);
                }
            }
        }

        assertThat(missing)
                .as("classes in docs/invariants.md that do not exist")
                .isEmpty();
    }

    @Test
    void everyPromiseNamesItsClassesAndItsTests() throws IOException {
        String[] promises = Files.readString(ROOT.resolve("docs/invariants.md")).split("\n(?=## )");
        List<String> incomplete = new ArrayList<>();
        int count = 0;
        for (String section : promises) {
            String title = section.lines().findFirst().orElse("");
            if (title.matches("## \\d+ .*")) {
                count++;
                boolean isComplete = section.contains("\n- `io.kurier.")
                        && Pattern.compile("`\\w+(Test|IT|ST)`")
                                .matcher(section)
                                .find();
                if (!isComplete) {
                    incomplete.add(title);
                }
            }
        }

        assertThat(count).as("promises in docs/invariants.md").isEqualTo(12);
        assertThat(incomplete).as("promises without a class or a test").isEmpty();
    }

    @Test
    void theIndexOfDecisionsListsAllOfThem() throws IOException {
        Path decisions = ROOT.resolve("docs/decisions");
        String index = Files.readString(decisions.resolve("README.md"));
        List<String> unlisted;
        try (Stream<Path> files = Files.list(decisions)) {
            unlisted = files.map(file -> file.getFileName().toString())
                    .filter(name -> DECISION.matcher(name).matches())
                    .filter(name -> !index.contains("](" + name + ")"))
                    .sorted()
                    .toList();
        }

        assertThat(unlisted)
                .as("decisions that docs/decisions/README.md does not list")
                .isEmpty();
    }

    private static List<Path> documents() throws IOException {
        assertThat(ROOT.resolve("docs/README.md")).exists();
        return filesEndingIn(".md");
    }

    private static List<Path> filesEndingIn(String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean isHidden = name.startsWith(".") && !name.equals(".github");
                return !folder.equals(ROOT) && (isHidden || NOT_OURS.contains(name))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.getFileName().toString().endsWith(ending)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static List<String> linesOutsideOfCode(Path document) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean isCode = false;
        for (String line : Files.readAllLines(document)) {
            if (line.strip().startsWith("```")) {
                isCode = !isCode;
            } else if (!isCode) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static List<String> links(String line) {
        List<String> links = new ArrayList<>();
        for (Pattern pattern : List.of(INLINE_LINK, LINK_DEFINITION, HTML_LINK)) {
            links.addAll(matches(pattern, line));
        }
        return links;
    }

    private static List<String> matches(Pattern pattern, String line) {
        return pattern.matcher(line)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static boolean resolves(Path document, String link) throws IOException {
        if (link.matches("[a-z][a-z0-9+.-]*:.*")) {
            return true;
        }
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? document : document.resolveSibling(path).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return hash < 0 || !target.toString().endsWith(".md") || anchors(target).contains(link.substring(hash + 1));
    }

    /** The anchors that GitHub makes of headings: lower case, without punctuation, hyphens for spaces. */
    private static Set<String> anchors(Path document) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (String line : linesOutsideOfCode(document)) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String title = heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
                anchors.add(title.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-'));
            }
        }
        return anchors;
    }

    /** From the name of each class in the source tree, tests included, to the packages that have one of that name. */
    private static Map<String, Set<String>> packagesByClass() throws IOException {
        return filesEndingIn(".java").stream()
                .collect(groupingBy(
                        file -> file.getFileName().toString().replace(".java", ""),
                        mapping(DocumentsTest::packageOf, toSet())));
    }

    private static String packageOf(Path source) {
        try (Stream<String> lines = Files.lines(source)) {
            return lines.filter(line -> line.startsWith("package "))
                    .map(line -> line.substring("package ".length(), line.length() - 1))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
