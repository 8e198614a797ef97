package io.kurier.standalone.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** The output of the demo: on a terminal with colour and a status line, elsewhere plain lines. Any thread. */
final class Terminal {
    /** The meanings of colours. */
    enum Style {
        HEADING("1"),
        FAINT("2"),
        GOOD("32"),
        BAD("31"),
        REFUSED("33"),
        PLAIN("36");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean interactive;
    private final boolean coloured;
    private String status = "";

    Terminal(PrintStream out, boolean interactive, boolean coloured) {
        this.out = out;
        this.interactive = interactive;
        this.coloured = coloured;
    }

    /** Standard output, without colour if NO_COLOR is set. */
    static Terminal standard() {
        boolean interactive = !"dumb".equals(System.getenv("TERM")) && isTerminal();
        return new Terminal(System.out, interactive, interactive && System.getenv("NO_COLOR") == null);
    }

    /**
     * Runs {@code test -t 1}, because System.console() depends on standard input too, and differs between Java
     * versions.
     */
    private static boolean isTerminal() {
        try {
            return new ProcessBuilder(List.of("test", "-t", "1"))
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    String styled(Style style, String text) {
        return coloured ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
    }

    synchronized void line(String text) {
        if (interactive) {
            out.print(CLEAR_LINE);
        }
        out.println(text);
        draw();
    }

    /** Replaces the status line, on a terminal only. An empty string removes it. */
    synchronized void status(String text) {
        if (interactive && !text.equals(status)) {
            status = text;
            out.print(CLEAR_LINE);
            draw();
        }
    }

    private void draw() {
        if (interactive) {
            out.print(status);
        }
        out.flush();
    }
}
