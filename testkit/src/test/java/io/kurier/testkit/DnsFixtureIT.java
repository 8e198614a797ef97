package io.kurier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.ServiceUnavailableException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The JDK's own DNS client asks the fixture. */
class DnsFixtureIT {
    private final DnsFixture dns = DnsFixture.start();

    @AfterEach
    void stop() {
        dns.close();
    }

    @Test
    void eachFamilyGetsItsOwnAddressesInOrder() throws Exception {
        dns.resolve("a.example.com", DnsAnswer.of("10.0.0.2", "::1", "10.0.0.1"));

        assertThat(ask("a.example.com", "A")).containsExactly("10.0.0.2", "10.0.0.1");
        assertThat(ask("A.example.com", "AAAA")).containsExactly("::1");
        assertThat(dns.questions())
                .containsExactly(
                        new DnsFixture.Question("a.example.com", "A"),
                        new DnsFixture.Question("a.example.com", "AAAA"));
    }

    @Test
    void answersFollowEachOtherByTypeAndTheLastOneStays() throws Exception {
        dns.resolve("a.example.com", DnsAnswer.of("10.0.0.1", "::1"), DnsAnswer.of("10.0.0.2", "::2"));

        assertThat(ask("a.example.com", "A")).containsExactly("10.0.0.1");
        assertThat(ask("a.example.com", "A")).containsExactly("10.0.0.2");
        assertThat(ask("a.example.com", "A")).containsExactly("10.0.0.2");
        assertThat(ask("a.example.com", "AAAA")).containsExactly("::1");
        assertThat(dns.asked("a.example.com", "A")).isEqualTo(3);
    }

    @Test
    void anAliasLeadsToItsAddresses() throws Exception {
        dns.resolve("a.example.com", DnsAnswer.of("10.0.0.1").alias("b.example.com", "c.example.com"));

        assertThat(ask("a.example.com", "A")).containsExactly("10.0.0.1");
    }

    @Test
    void whatIsNotScriptedDoesNotExist() {
        assertThatExceptionOfType(NameNotFoundException.class).isThrownBy(() -> ask("b.example.com", "A"));
    }

    @Test
    void aFailureIsNoAnswer() {
        dns.resolve("a.example.com", DnsAnswer.failure());

        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> ask("a.example.com", "A"));
    }

    private List<String> ask(String name, String type) throws NamingException {
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.put(Context.PROVIDER_URL, "dns://127.0.0.1:" + dns.address().getPort());
        settings.put("com.sun.jndi.dns.timeout.initial", "2000");
        InitialDirContext context = new InitialDirContext(settings);
        try {
            List<String> values = new ArrayList<>();
            Attribute records = context.getAttributes(name, new String[] {type}).get(type);
            for (int i = 0; i < records.size(); i++) {
                values.add((String) records.get(i));
            }
            return values;
        } finally {
            context.close();
        }
    }
}
