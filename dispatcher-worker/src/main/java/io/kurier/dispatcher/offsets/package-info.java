/**
 * Which offsets of an owned partition are open and which are settled, and the text form of that state in Kafka's commit
 * metadata (at most 4,096 characters). Knows no other package of the worker. Event loop only, unless a member says
 * otherwise.
 */
@NullMarked
package io.kurier.dispatcher.offsets;

import org.jspecify.annotations.NullMarked;
