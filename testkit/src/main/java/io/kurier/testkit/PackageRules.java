package io.kurier.testkit;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.TreeMap;

/** Rules that the packages of every module keep. Any thread. */
public final class PackageRules {
    /** Top-level classes of one package, above which a newcomer does not find the right file at a glance. */
    public static final int MOST_CLASSES = 20;

    private PackageRules() {}

    /** No package depends on another one that depends on it, over any number of packages in between. */
    public static ArchRule packagesAreFreeOfCycles() {
        return slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return type.getPackageName().startsWith("io.kurier")
                                ? SliceIdentifier.of(type.getPackageName())
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "the packages of Kurier";
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    /**
     * The packages with more than {@link #MOST_CLASSES} top-level classes, and how many they have.
     *
     * @param generated a package of generated classes, which may have any number
     */
    public static Map<String, Long> crowded(JavaClasses classes, String generated) {
        Map<String, Long> found = new TreeMap<>(classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .filter(type -> !type.getPackageName().equals(generated))
                .collect(groupingBy(JavaClass::getPackageName, counting())));
        found.values().removeIf(count -> count <= MOST_CLASSES);
        return found;
    }
}
