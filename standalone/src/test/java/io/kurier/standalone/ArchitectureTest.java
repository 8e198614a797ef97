package io.kurier.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.kurier.runtime.kafka.PausablePoll;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
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

    /** What is fetched of a paused partition wakes each wait of Kafka's consumer at once. */
    @Test
    void whoReadsTopicsWaitsByPolls() {
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
