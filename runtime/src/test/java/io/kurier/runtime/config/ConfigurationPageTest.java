package io.kurier.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
    private static String render(ConfigDef definition) {
        return ConfigurationPage.render(Map.of("Part", definition));
    }

    @Test
    void aSettingHasItsDefaultItsBoundsAndItsText() {
        ConfigDef definition = new ConfigDef()
                .define("A", Type.INT, 12, ConfigDef.Range.between(1, 1000), Importance.LOW, "How many.")
                .define("B", Type.STRING, "", Importance.LOW, "A name.")
                .define("C", Type.PASSWORD, ConfigDef.NO_DEFAULT_VALUE, Importance.LOW, "A secret.")
                .define("D", Type.STRING, "5s", Checks.duration("1s", "1m"), Importance.LOW, "A time.")
                .define("E", Type.BOOLEAN, false, Importance.LOW, "A switch.");

        assertThat(render(definition)).isEqualTo("""

                ## Part

                ### `A`

                Default: `12`. Value: 1 to 1000.

                How many.

                ### `B`

                Default: unset. Value: text.

                A name.

                ### `C`

                Required. Value: text.

                A secret.

                ### `D`

                Default: `5s`. Value: 1s to 1m.

                A time.

                ### `E`

                Default: `false`. Value: `true` or `false`.

                A switch.
                """);
    }

    @Test
    void longTextIsWrappedWithoutBreakingCode() {
        String text = "word ".repeat(23) + "`a code span` (`more code`). " + "x ".repeat(200);

        String page = render(new ConfigDef().define("A", Type.INT, 1, Importance.LOW, text));

        assertThat(page.lines()).allMatch(line -> line.length() <= 120);
        assertThat(page).contains("\n`a code span` (`more code`). x x");
        assertThat(page.replaceAll("\\s+", " ")).contains(text.strip());
    }
}
