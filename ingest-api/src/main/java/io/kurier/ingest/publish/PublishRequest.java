package io.kurier.ingest.publish;

import java.util.List;

/**
 * A parsed publishing request.
 *
 * @param array whether the body was an array, so that the answer is one too
 */
record PublishRequest(boolean array, List<PublishItem> items) {}
