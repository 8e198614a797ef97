package io.kurier.model.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kurier.model.json.EcmaJson.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes one value, token by token and without recursion, straight into the output. Used once, by one thread. */
final class EcmaWriter {
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final JsonParser parser;
    private final JsonOut out;
    private final Limits limits;
    private final MemberOrder members = new MemberOrder();
    private int depth;

    EcmaWriter(JsonParser parser, JsonOut out, Limits limits) {
        this.parser = parser;
        this.out = out;
        this.limits = limits;
    }

    void writeValue() throws IOException, JsonRefusedException {
        JsonToken token = parser.currentToken();
        if (token == null || !(token.isScalarValue() || token.isStructStart())) {
            throw new IllegalStateException("The parser is at " + token + "; expected the first token of a value");
        }
        writeToken(token);
        while (depth > 0) {
            writeToken(parser.nextToken());
        }
    }

    private void writeToken(JsonToken token) throws IOException, JsonRefusedException {
        switch (token) {
            case START_OBJECT -> {
                open('{');
                members.openObject();
            }
            case START_ARRAY -> open('[');
            case END_OBJECT -> {
                members.closeObject(out);
                close('}');
            }
            case END_ARRAY -> close(']');
            case FIELD_NAME -> writeName();
            case VALUE_STRING -> {
                separate();
                writeText();
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> writeNumber();
            case VALUE_TRUE -> writeLiteral(TRUE);
            case VALUE_FALSE -> writeLiteral(FALSE);
            case VALUE_NULL -> writeLiteral(NULL);
            default -> throw new IllegalStateException("The parser gave " + token + "; expected a token of JSON text");
        }
    }

    private void open(char bracket) throws JsonRefusedException {
        if (depth == limits.maxDepth()) {
            throw JsonRefusedException.at(
                    parser, "objects and arrays nested more than " + depth + " deep", "at most " + limits.maxDepth());
        }
        separate();
        depth++;
        out.write(bracket);
    }

    private void close(char bracket) {
        depth--;
        out.write(bracket);
    }

    private void writeName() throws IOException {
        separate();
        members.member(parser.currentName(), out.size());
        writeText();
        out.write(':');
    }

    private void writeText() throws IOException {
        EcmaString.write(out, parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    }

    private void writeNumber() throws IOException, JsonRefusedException {
        int length = parser.getTextLength();
        if (length > limits.maxNumberLength()) {
            throw JsonRefusedException.at(
                    parser, "a number of " + length + " characters", "at most " + limits.maxNumberLength());
        }
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int to = from + length;
        if (text[to - 1] < '0' || text[to - 1] > '9') {
            throw JsonRefusedException.at(
                    parser, "the number " + new String(text, from, length), "a number of JSON, which ends in a digit");
        }
        separate();
        EcmaNumber.write(out, text, from, to);
    }

    private void writeLiteral(byte[] literal) {
        separate();
        out.write(literal);
    }

    /** Writes the comma before a member or element that is not the first of its object or array. */
    private void separate() {
        if (depth > 0) {
            byte last = out.last();
            if (last != '{' && last != '[' && last != ':') {
                out.write(',');
            }
        }
    }
}
