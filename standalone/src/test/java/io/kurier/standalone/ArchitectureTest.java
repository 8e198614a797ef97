package io.kurier.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.testkit.PackageRules;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String[] PARTS = {
        "io.kurier.ingest..", "io.kurier.dispatcher..", "io.kurier.scheduler..", "io.kurier.deliverylog.."
    };

    private static final JavaClasses KURIER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.kurier");

    @Test
    void theCheckSeesEveryPart() {
        for (String seen : new String[] {
            "model", "schemas", "runtime", "ingest", "dispatcher", "scheduler", "deliverylog", "sender", "expressions"
        }) {
            assertThat(KURIER.stream().anyMatch(type -> type.getPackageName().startsWith("io.kurier." + seen)))
                    .as(seen)
                    .isTrue();
        }
    }

    @Test
    void partsMeetInTopicsOnly() {
        String[][] parts = {
            {"io.kurier.ingest..", "io.kurier.dispatcher..", "io.kurier.scheduler.."},
            {"io.kurier.dispatcher..", "io.kurier.ingest..", "io.kurier.scheduler..", "io.kurier.deliverylog.."},
            {"io.kurier.scheduler..", "io.kurier.ingest..", "io.kurier.dispatcher..", "io.kurier.deliverylog.."},
            {"io.kurier.deliverylog..", "io.kurier.ingest..", "io.kurier.dispatcher..", "io.kurier.scheduler.."},
        };
        for (String[] part : parts) {
            String[] others = Arrays.copyOfRange(part, 1, part.length);
            noClasses()
                    .that()
                    .resideInAPackage(part[0])
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(KURIER);
        }
    }

    @Test
    void packagesAreFreeOfCycles() {
        PackageRules.packagesAreFreeOfCycles().check(KURIER);
    }

    @Test
    void noPackageHasMoreThanTwentyClasses() {
        assertThat(PackageRules.crowded(KURIER, "io.kurier.schemas")).isEmpty();
    }

    /** Other modules see a part only as the part itself, its settings and its main class. */
    @Test
    void outsidersSeeAPartThroughItsPublicFaceOnly() {
        String[][] faces = {
            {"io.kurier.dispatcher", "Dispatcher", "config.DispatcherConfig", "Main"},
            {"io.kurier.scheduler", "RetryScheduler", "config.RetrySchedulerConfig", "Main"},
            {"io.kurier.ingest", "IngestApi", "config.IngestApiConfig", "Main"},
        };
        for (String[] face : faces) {
            Set<String> visible = Arrays.stream(face)
                    .skip(1)
                    .map(name -> face[0] + "." + name)
                    .collect(toSet());
            DescribedPredicate<JavaClass> hidden = resideInAPackage(face[0] + "..")
                    .and(DescribedPredicate.describe(
                            "is not its public face", type -> !visible.contains(type.getFullName())));
            noClasses()
                    .that()
                    .resideOutsideOfPackage(face[0] + "..")
                    .should()
                    .dependOnClassesThat(hidden)
                    .check(KURIER);
        }
    }

    /** Only the classes that wire a part know all of the runtime; those in the packages below are told what they need. */
    @Test
    void onlyWiringKnowsTheRuntime() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.kurier.ingest.(*)..",
                        "io.kurier.dispatcher.(*)..",
                        "io.kurier.scheduler.(*)..",
                        "io.kurier.deliverylog..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(KurierRuntime.class)
                .check(KURIER);
    }

    /** Tests and simulations bring their own time and chance. */
    @Test
    void partsTakeTimeAndChanceFromOutside() {
        noClasses()
                .that()
                .resideInAnyPackage(PARTS)
                .or()
                .resideInAnyPackage("io.kurier.runtime..", "io.kurier.sender..")
                .and()
                .resideOutsideOfPackage("io.kurier.runtime.time")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethodWhere(target(nameMatching("park.*")).and(target(owner(type(LockSupport.class)))))
                .orShould()
                .callMethodWhere(target(owner(type(ThreadLocalRandom.class))))
                .orShould()
                .callMethodWhere(target(owner(type(Math.class))).and(target(nameMatching("random"))))
                .check(KURIER);
    }

    @Test
    void whatIsBelowKnowsNothingAbove() {
        noClasses()
                .that()
                .resideInAPackage("io.kurier.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "org.apache.avro..",
                        "io.netty..",
                        "io.vertx..",
                        "io.kurier.schemas..",
                        "io.kurier.runtime..")
                .check(KURIER);
        noClasses()
                .that()
                .resideInAPackage("io.kurier.schemas..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.kurier.runtime..", "io.netty..")
                .check(KURIER);
        // of the model, the client library sees the rules of an event and nothing more (decision 0024)
        noClasses()
                .that()
                .resideInAPackage("io.kurier.schemas..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.kurier.model..")
                        .and(not(resideInAnyPackage("io.kurier.model", "io.kurier.model.json"))))
                .check(KURIER);
        noClasses()
                .that()
                .resideInAPackage("io.kurier.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.kurier.ingest..",
                        "io.kurier.dispatcher..",
                        "io.kurier.scheduler..",
                        "io.kurier.deliverylog..",
                        "io.kurier.sender..",
                        "io.kurier.standalone..",
                        "io.kurier.broker..")
                .check(KURIER);
        noClasses()
                .that()
                .resideInAPackage("io.kurier.sender..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.kurier.ingest..",
                        "io.kurier.dispatcher..",
                        "io.kurier.scheduler..",
                        "io.kurier.deliverylog..",
                        "io.kurier.standalone..",
                        "io.kurier.schemas..",
                        "org.apache.kafka.clients..")
                .check(KURIER);
    }

    @Test
    void noPartReadsTheWallClockPastTheInjectedOne() {
        for (String part : new String[] {
            "io.kurier.model..",
            "io.kurier.ingest..",
            "io.kurier.dispatcher..",
            "io.kurier.scheduler..",
            "io.kurier.deliverylog..",
            "io.kurier.sender.."
        }) {
            noClasses()
                    .that()
                    .resideInAPackage(part)
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .check(KURIER);
            noClasses()
                    .that()
                    .resideInAPackage(part)
                    .should()
                    .callMethod(Instant.class, "now")
                    .check(KURIER);
            noClasses()
                    .that()
                    .resideInAPackage(part)
                    .should()
                    .callMethod(Thread.class, "sleep", long.class)
                    .check(KURIER);
        }
    }

    /** What was fetched of a paused partition would end each wait of the Kafka consumer at once. */
    @Test
    void topicsArePolledThroughPausablePoll() {
        for (String part : new String[] {
            "io.kurier.runtime..", "io.kurier.dispatcher..", "io.kurier.scheduler..", "io.kurier.deliverylog.."
        }) {
            noClasses()
                    .that()
                    .resideInAPackage(part)
                    .and()
                    .doNotBelongToAnyOf(PausablePoll.class)
                    .should()
                    .callMethod(Consumer.class, "poll", Duration.class)
                    .orShould()
                    .callMethod(KafkaConsumer.class, "poll", Duration.class)
                    .check(KURIER);
        }
    }

    /** Comparing the bytes of a secret until one differs would tell how many of them were right. */
    @Test
    void keysAreComparedInConstantTime() {
        for (String judge :
                new String[] {"io.kurier.ingest.access.ApiKeyAuth", "io.kurier.model.secret.KeyedHash$Value"}) {
            classes()
                    .that()
                    .haveFullyQualifiedName(judge)
                    .should()
                    .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
                    .check(KURIER);
            noClasses()
                    .that()
                    .haveFullyQualifiedName(judge)
                    .should()
                    .callMethodWhere(
                            target(nameMatching("equals|deepEquals|mismatch|compare|contentEquals|equalsIgnoreCase"))
                                    .and(target(owner(belongToAnyOf(Arrays.class, String.class, Objects.class)))))
                    .check(KURIER);
        }
    }

    @Test
    void noPackageIsADrawerForAnything() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..util..", "..utils..", "..common..", "..core..", "..impl..", "..manager..", "..helper..")
                .check(KURIER);
    }
}
