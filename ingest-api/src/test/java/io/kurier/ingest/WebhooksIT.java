package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks: created, listed, shown, deleted. */
@ExtendWith(SharedApi.class)
class WebhooksIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final TestApi api;
    private final ApiClient caller;

    WebhooksIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    private Answer make(String fields) {
        return caller.post("/webhooks", "{" + fields.replace('\'', '"') + "}");
    }

    @Test
    void secretIsShownOnlyWhenTheWebhookIsCreated() {
        Answer made =
                make("'url':'https://example.com/hook','events':['job.*']").is(201);
        String secret = made.json().path("secret").asText();
        String id = made.json().path("id").asText();
        assertThat(secret).startsWith("whsec_").hasSizeGreaterThan(40);
        assertThat(id).startsWith("wh_").doesNotContain(".");
        assertThat(made.header("location")).isEqualTo("/api/v1/webhooks/" + id);

        for (Answer shown : List.of(
                caller.get("/webhooks/" + id).is(200), caller.get("/webhooks").is(200))) {
            assertThat(shown.text()).contains(id).doesNotContain("whsec_").doesNotContain("secret");
        }
        assertThat(make("'url':'https://example.com/hook','events':['*']")
                        .json()
                        .path("secret")
                        .asText())
                .isNotEqualTo(secret);
    }

    @Test
    void webhookIsShownAsItWasCreated() {
        Answer made =
                make("'url':'https://example.com:8443/hook','events':['job.completed','download.*','job.completed'],"
                        + "'description':'für alle','timeout':'2500ms','secret':'" + SECRET + "',"
                        + "'retry':{'schedule':['1s','90s','2h'],'jitter':0.5}");
        assertThat(made.is(201).json().path("secret").asText()).isEqualTo(SECRET);
        JsonNode shown =
                caller.get("/webhooks/" + made.json().path("id").asText()).json();
        assertThat(shown.path("url").asText()).isEqualTo("https://example.com:8443/hook");
        assertThat(shown.path("events").toString()).isEqualTo("[\"job.completed\",\"download.*\"]");
        assertThat(shown.path("description").asText()).isEqualTo("für alle");
        assertThat(shown.path("timeout").asText()).isEqualTo("2500ms");
        assertThat(shown.path("retry").toString())
                .isEqualTo(
                        "{\"schedule\":[\"1s\",\"90s\",\"2h\"],\"jitter\":0.5,\"max_attempts\":4,\"give_up_on\":[\"410\"]}");
        assertThat(shown.path("state").asText()).isEqualTo("active");
    }

    @Test
    void defaultRetryPolicyIsThatOfStandardWebhooks() {
        JsonNode made =
                make("'url':'https://example.com/','events':['*'],'retry':null").json();
        assertThat(made.path("retry").path("max_attempts").asInt()).isEqualTo(10);
        assertThat(made.path("timeout").asText()).isEqualTo("15s");
        assertThat(make("'url':'https://example.com/','events':['*'],'retry':{'schedule':[]}")
                        .json()
                        .path("retry")
                        .path("max_attempts")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void queryValuesAreHidden() {
        Answer made = make("'url':'https://example.com/hook?token=t0psecret&flag&a=b','events':['*']")
                .is(201);
        String id = made.json().path("id").asText();
        for (Answer answer : List.of(made, caller.get("/webhooks/" + id), caller.get("/webhooks"))) {
            assertThat(answer.text())
                    .contains("https://example.com/hook?token=***&flag&a=***")
                    .doesNotContain("t0psecret");
        }
        assertThat(api.runtime().webhooks().get(id).orElseThrow().url().target())
                .as("the stored URL is the given one")
                .isEqualTo("/hook?token=t0psecret&flag&a=b");
    }

    @Test
    void tokenInThePathIsNeverShown() {
        String token = "abcDEF123ghiJKL456mnoPQR";
        Answer made = make("'url':'https://nowhere.invalid/services/T0/" + token + "','events':['*'],'timeout':'1s'")
                .is(201);
        String path = "/webhooks/" + made.json().path("id").asText();
        for (Answer answer : List.of(
                made,
                caller.get(path),
                caller.get("/webhooks"),
                caller.patch(path, "{\"description\":\"x\"}"),
                caller.post(path + "/pause", ""),
                caller.post(path + "/test", ""))) {
            assertThat(answer.text())
                    .contains("https://nowhere.invalid/services/T0/***")
                    .doesNotContain(token);
        }
        assertThat(caller.get("/webhooks/export").text()).contains("url_env:").doesNotContain(token, "***");
    }

    @Test
    void redactedUrlIsRefused() {
        for (String url : List.of("https://example.com/services/***", "https://example.com/?token=***&a=***")) {
            assertThat(make("'url':'" + url + "','events':['*']")
                            .problem(400, "url")
                            .path("expected")
                            .asText())
                    .contains("the whole URL");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t0psecret",
                "whsec_t0psecret",
                "whsec_!!!t0psecret",
                "whsec_dG9wc2VjcmV0",
                "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
            })
    void invalidSecretIsRefusedWithoutItsValue(String secret) {
        Answer answer = make("'url':'https://example.com/','events':['*'],'secret':'" + secret + "'");
        assertThat(answer.problem(400, "secret").path("expected").asText())
                .contains("whsec_ and the base64 of 24 to 64");
        assertThat(answer.text()).doesNotContain(secret).doesNotContain("t0psecret");
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "'[\"t0psecret\"]', t0psecret", "'{\"t0psecret\":1}', t0psecret"})
    void secretOfAnotherJsonTypeIsRefusedWithoutItsValue(String secret, String hidden) {
        Answer answer = make("'url':'https://example.com/','events':['*'],'secret':" + secret);
        assertThat(answer.problem(400, "secret").path("value").isMissingNode()).isTrue();
        assertThat(answer.text()).doesNotContain("'" + hidden).doesNotContain("t0psecret");
    }

    @Test
    void refusalOfAPrivateAddressNamesTheSetting() {
        Answer answer = make("'url':'http://localhost:3000/hook?token=t0psecret','events':['*']");
        JsonNode problem = answer.problem(400, "url");
        assertThat(problem.path("value").asText()).isEqualTo("http://localhost:3000");
        assertThat(problem.path("detail").asText()).contains("KURIER_ALLOW_PRIVATE_NETWORKS");
        assertThat(answer.text()).doesNotContain("t0psecret");
        assertThat(caller.get("/webhooks").ids("id")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com/hook",
                "//example.com/hook",
                "ftp://example.com/",
                "javascript:alert(1)",
                "http://example.com/",
                "https://",
                "https:///hook",
                "https://user:t0psecret@example.com/",
                "https://t0psecret@example.com/",
                "https://example.com/#t0psecret",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://example.com:99999999999/",
                "https://example.com:/",
                "https://example.com:x/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0177.0.0.1/",
                "https://127.1/",
                "https://127.0.0.1/",
                "https://10.0.0.1/",
                "https://169.254.169.254/latest/meta-data",
                "https://0.0.0.0/",
                "https://[::1]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[fe80::1%25eth0]/",
                "https://[fd00::1]/",
                "https://[v1.a]/",
                "https://localhost/",
                "https://LOCALHOST/",
                "https://localhost./",
                "https://a.localhost/",
                "https://metadata.google.internal/",
                "https://printer.local/",
                "https://intranet/",
                "https://exa_mple.com/",
                "https://example.com\\\\@127.0.0.1/",
                "https://example.com/a b",
                "https://example.com/\\r\\nx: y",
                "https://exämple.com/",
                "https://example.com/%zz",
                "https://ⓛocalhost/"
            })
    void ambiguousUrlIsRefused(String url) {
        Answer answer = make("'url':'" + url + "','events':['*']");
        answer.problem(400, "url");
        assertThat(answer.text()).doesNotContain("t0psecret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'events':['*']                                                 | url                | ",
                "'url':5,'events':['*']                                         | url                |",
                "'url':'https://a.com/'                                         | events             | ",
                "'url':'https://a.com/','events':[]                             | events             | []",
                "'url':'https://a.com/','events':'*'                            | events             | \"*\"",
                "'url':'https://a.com/','events':['a',5]                        | events[1]          | 5",
                "'url':'https://a.com/','events':['a','b.*','c d']              | events[2]          | c d",
                "'url':'https://a.com/','events':['*.a']                        | events[0]          | *.a",
                "'url':'https://a.com/','events':['a*']                         | events[0]          | a*",
                "'url':'https://a.com/','events':['*'],'typo':1                 | typo               | ",
                "'url':'https://a.com/','events':['*'],'retry':'often'          | retry              | \"often\"",
                "'url':'https://a.com/','events':['*'],'retry':{'times':3}      | retry.times        | ",
                "'url':'https://a.com/','events':['*'],'retry':{'schedule':'1s'} | retry.schedule    | \"1s\"",
                "'url':'https://a.com/','events':['*'],'retry':{'schedule':['1s','soon']} | retry.schedule[1] | soon",
                "'url':'https://a.com/','events':['*'],'retry':{'schedule':['1s',2]} | retry.schedule[1] | 2",
                "'url':'https://a.com/','events':['*'],'retry':{'schedule':['99ms']} | retry.schedule[0] | 99ms",
                "'url':'https://a.com/','events':['*'],'retry':{'schedule':['1s','8d']} | retry.schedule[1] | 8d",
                "'url':'https://a.com/','events':['*'],'retry':{'jitter':1.01}  | retry.jitter       | 1.01",
                "'url':'https://a.com/','events':['*'],'retry':{'jitter':-0.1}  | retry.jitter       | -0.1",
                "'url':'https://a.com/','events':['*'],'retry':{'jitter':'0'}   | retry.jitter       | \"0\"",
                "'url':'https://a.com/','events':['*'],'timeout':10             | timeout            | 10",
                "'url':'https://a.com/','events':['*'],'timeout':'99ms'         | timeout            | 99ms",
                "'url':'https://a.com/','events':['*'],'timeout':'31s'          | timeout            | 31s",
                "'url':'https://a.com/','events':['*'],'timeout':'10 s'         | timeout            | 10 s",
                "'url':'https://a.com/','events':['*'],'description':1          | description        | 1",
                "'url':'https://a.com/','events':['*'],'retry':{'schedule':['1s'],'factor':2} | retry.factor | 2",
                "'url':'https://a.com/','events':['*'],'retry':{'factor':2}     | retry.initial_delay |",
                "'url':'https://a.com/','events':['*'],'retry':{'max_attempts':20} | retry.initial_delay |",
                "'url':'https://a.com/','events':['*'],'retry':{'initial_delay':'1ms'} | retry.initial_delay | 1ms",
                "'url':'https://a.com/','events':['*'],'retry':{'max_attempts':0} | retry.max_attempts | 0",
                "'url':'https://a.com/','events':['*'],'retry':{'max_attempts':1.5} | retry.max_attempts | 1.5",
                "'url':'https://a.com/','events':['*'],'retry':{'success':[]}   | retry.success      | []",
                "'url':'https://a.com/','events':['*'],'retry':{'retry_on':[]}  | retry.retry_on     | []",
                "'url':'https://a.com/','events':['*'],'retry':{'initial_delay':'10s','max_delay':'1s'} | retry.max_delay | 1s",
                "'url':'https://a.com/','events':['*'],'state':'asleep'         | state              | asleep",
                "'url':'https://a.com/','events':['*'],'retry':{'success':200}  | retry.success      | 200",
                "'url':'https://a.com/','events':['*'],'retry':{'retry_on':[429,'7xx']} | retry.retry_on[1] | 7xx",
                "'url':'https://a.com/','events':['*'],'retry':{'give_up_on':[42]} | retry.give_up_on[0] | 42",
                "'url':'https://a.com/','events':['*'],'rate_limit':100         | rate_limit         | 100",
                "'url':'https://a.com/','events':['*'],'rate_limit':{'limit':100} | rate_limit.per   |",
                "'url':'https://a.com/','events':['*'],'rate_limit':{'per':'1s'} | rate_limit.limit  |",
                "'url':'https://a.com/','events':['*'],'rate_limit':{'limit':0,'per':'1s'} | rate_limit.limit | 0",
                "'url':'https://a.com/','events':['*'],'rate_limit':{'limit':1,'per':'2h'} | rate_limit.per | 2h",
                "'url':'https://a.com/','events':['*'],'max_in_flight':0        | max_in_flight      | 0",
                "'url':'https://a.com/','events':['*'],'max_in_flight':'5'      | max_in_flight      | \"5\"",
                "'url':'https://a.com/','events':['*'],'max_in_flight':9999999999 | max_in_flight    | 9999999999",
            })
    void invalidFieldIsNamedWithItsValue(String fields, String field, String value) {
        JsonNode problem = make(fields).problem(400, field);
        assertThat(problem.path("value").asText(null)).isEqualTo(value);
    }

    @Test
    void limitsAndRetriesAreShownAsCreated() {
        JsonNode shown = caller.get("/webhooks/"
                        + make("'url':'https://example.com/','events':['*'],'max_in_flight':5,"
                                        + "'rate_limit':{'limit':100,'per':'60s'},"
                                        + "'retry':{'initial_delay':'1s','factor':2,'max_delay':'3s','max_attempts':5,"
                                        + "'success':[200],'retry_on':[429,'5xx'],'give_up_on':['4xx']}")
                                .json()
                                .path("id")
                                .asText())
                .json();
        assertThat(shown.path("max_in_flight").asInt()).isEqualTo(5);
        assertThat(shown.path("rate_limit")).hasToString("{\"limit\":100,\"per\":\"1m\"}");
        assertThat(shown.path("retry").path("schedule")).hasToString("[\"1s\",\"2s\",\"3s\",\"3s\"]");
        assertThat(shown.path("retry").path("success")).hasToString("[\"200\"]");
        assertThat(shown.path("retry").path("retry_on")).hasToString("[\"429\",\"5xx\"]");
        assertThat(shown.path("retry").path("give_up_on")).hasToString("[\"4xx\"]");
    }

    @Test
    void boundsAreEnforced() {
        String base = "'url':'https://a.com/','events':";
        make(base + "[" + "'a',".repeat(100) + "'a']").problem(400, "events");
        make(base + "['" + "a".repeat(129) + "']").problem(400, "events[0]");
        make(base + "['" + "a".repeat(100_000) + "!']").problem(400, "events[0]");
        make(base + "['*'],'retry':{'schedule':[" + "'1s',".repeat(50) + "'1s']}")
                .problem(400, "retry.schedule");
        make(base + "['*'],'description':'" + "d".repeat(1_001) + "'").problem(400, "description");
        make("'url':'https://a.com/" + "p".repeat(2_048) + "','events':['*']").problem(400, "url");
        assertThat(caller.get("/webhooks").ids("id")).isEmpty();

        make(base + "['*'],'retry':{'schedule':['100ms'" + ",'7d'".repeat(49) + "],'jitter':1},'description':'"
                        + "d".repeat(1_000) + "','timeout':'30s'")
                .is(201);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noJson")
    void bodyThatIsNotAnObjectIsRefused(String name, byte[] body) {
        caller.post("/webhooks", body).problem(400);
        caller.post("/replays", body).problem(400);
    }

    static Stream<Arguments> noJson() {
        String good = "{\"url\":\"https://a.com/\",\"events\":[\"*\"]}";
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of("blank", " ".getBytes(UTF_8)),
                Arguments.of("an array", "[]".getBytes(UTF_8)),
                Arguments.of("null", "null".getBytes(UTF_8)),
                Arguments.of("cut short", good.substring(5, 20).getBytes(UTF_8)),
                Arguments.of("garbage behind", (good + "x").getBytes(UTF_8)),
                Arguments.of("another value behind", (good + "{}").getBytes(UTF_8)),
                Arguments.of(
                        "a key twice",
                        good.replace("}", ",\"url\":\"https://b.com/\"}").getBytes(UTF_8)),
                Arguments.of("a byte order mark", ("\ufeff" + good).getBytes(UTF_8)),
                Arguments.of("no UTF-8", good.replace("*", "\u00ff").getBytes(ISO_8859_1)),
                Arguments.of("overlong UTF-8", good.replace("*", "\u00c0\u00aa").getBytes(ISO_8859_1)),
                Arguments.of("what looks like UTF-32", "\0\0\0{\u00ff\u00ff\u00ff\u00ff".getBytes(ISO_8859_1)),
                Arguments.of("deep", ("{\"events\":" + "[".repeat(100_000)).getBytes(UTF_8)),
                Arguments.of(
                        "deep and complete",
                        ("{\"events\":" + "[".repeat(900) + "]".repeat(900) + "}").getBytes(UTF_8)));
    }

    @Test
    void deletedWebhookIsGone() {
        String id = caller.webhook("https://example.com/");
        assertThat(caller.delete("/webhooks/" + id).is(204).text()).isEmpty();
        caller.get("/webhooks/" + id).problem(404);
        caller.delete("/webhooks/" + id).problem(404);
        assertThat(caller.get("/webhooks").ids("id")).isEmpty();
    }

    @Test
    void webhookOfAnotherTenantIsAnsweredLikeAMissingOne() {
        String foreign = api.caller().webhook("https://example.com/");
        String missing = "wh_00000000000000000000000000";
        assertThat(same(caller.get("/webhooks/" + foreign), foreign))
                .isEqualTo(same(caller.get("/webhooks/" + missing), missing));
        assertThat(same(caller.delete("/webhooks/" + foreign), foreign))
                .isEqualTo(same(caller.delete("/webhooks/" + missing), missing));
        assertThat(caller.get("/webhooks").ids("id")).isEmpty();
        assertThat(api.runtime().webhooks().get(foreign)).as("still there").isPresent();
    }

    /** All parts of a response that could differ, except for the id. */
    private static String same(Answer answer, String id) {
        answer.problem(404);
        return answer.headers().map() + answer.text().replace(id, "ID");
    }

    @Test
    void listIsReadPageByPage() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(caller.webhook("https://example.com/" + i));
        }
        List<String> read = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            Answer page = caller.get("/webhooks?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .is(200);
            read.addAll(page.ids("id"));
            sizes.add(page.ids("id").size());
            cursor = page.json().path("next_cursor").asText(null);
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(made).doesNotHaveDuplicates();
        assertThat(sizes).containsExactly(2, 2, 1);
        assertThat(caller.get("/webhooks?limit=5").json().path("next_cursor").isNull())
                .as("next_cursor of a full last page")
                .isTrue();
    }
}
