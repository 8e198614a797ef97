package io.kurier.ingest.eventtypes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.AbstractKeyword;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * {@code uniqueItems} in time linear in the size of the data. The library's own uses a hash set with hash codes that a
 * publisher can make collide (half a minute for one event); here they are seeded at random. Immutable; any thread.
 */
final class UniqueItems extends AbstractKeyword {
    private static final String NAME = "uniqueItems";
    private static final long SEED = new SecureRandom().nextLong();

    UniqueItems() {
        super(NAME);
    }

    @Override
    public KeywordValidator newValidator(
            SchemaLocation location, JsonNode value, Schema parent, SchemaContext context) {
        return new Check(this, value, location, parent, context);
    }

    private static final class Check extends BaseKeywordValidator {
        private final boolean isAsked;

        Check(Keyword keyword, JsonNode value, SchemaLocation location, Schema parent, SchemaContext context) {
            super(keyword, value, location, parent, context);
            this.isAsked = value.booleanValue();
        }

        @Override
        public void validate(ExecutionContext context, JsonNode node, JsonNode root, NodePath place) {
            if (isAsked && node.isArray() && !areUnique(node)) {
                context.addError(error().instanceNode(node)
                        .instanceLocation(place)
                        .evaluationPath(context.getEvaluationPath())
                        .locale(context.getExecutionConfig().getLocale())
                        .build());
            }
        }
    }

    /** An item with a hash that callers cannot predict. */
    private record Item(long hash, JsonNode node) {
        @Override
        public int hashCode() {
            return Long.hashCode(hash);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Item item && item.hash == hash && item.node.equals(node);
        }
    }

    static boolean areUnique(JsonNode array) {
        Set<Item> seen = new HashSet<>();
        for (JsonNode item : array) {
            if (!seen.add(new Item(hash(item), item))) {
                return false;
            }
        }
        return true;
    }

    /** Equal values have equal hashes, whatever the order of the members of an object. */
    private static long hash(JsonNode node) {
        long hash = mixed(SEED + node.asToken().id());
        if (node.isTextual()) {
            return hash(hash, node.textValue());
        }
        if (node.isNumber()) {
            return mixed(hash
                    ^ (node.canConvertToLong() && node.isIntegralNumber()
                            ? node.longValue()
                            : Double.doubleToLongBits(node.doubleValue())));
        }
        if (node.isBoolean()) {
            return mixed(hash + (node.booleanValue() ? 1 : 2));
        }
        if (node.isArray()) {
            for (JsonNode item : node) {
                hash = mixed(hash ^ hash(item));
            }
            return hash;
        }
        long members = 0;
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            members += mixed(hash(hash, member.getKey()) + 31 * hash(member.getValue()));
        }
        return mixed(hash ^ members);
    }

    private static long hash(long seed, String text) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = mixed(hash + text.charAt(i));
        }
        return hash;
    }

    /** Every bit of the result depends on every bit: the last steps of SplitMix64. */
    private static long mixed(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
