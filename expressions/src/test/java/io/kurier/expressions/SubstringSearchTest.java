package io.kurier.expressions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SubstringSearchTest {
    @Test
    void answersAsTheJdk() {
        Random random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            String text = of(random, 24);
            String sought = of(random, 6);

            assertThat(SubstringSearch.contains(text, sought))
                    .as("%s in %s", sought, text)
                    .isEqualTo(text.contains(sought));
        }
    }

    private static String of(Random random, int most) {
        int length = random.nextInt(most);
        return random.ints(length, 'a', 'c')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
