/**
 * JSON text in the one form that every receiver can make again: the bytes of ECMAScript's
 * {@code JSON.stringify(JSON.parse(text))}. Receivers that parse a body and stringify it before they verify its
 * signature sign these bytes, so these are the bytes to send.
 *
 * <p>Reads UTF-8 bytes or a Jackson parser, writes into a {@link io.kurier.model.json.JsonOut}. {@link
 * io.kurier.model.json.EcmaJson} is the way in: tokens go through {@code EcmaWriter}, numbers through {@code
 * EcmaNumber}, strings through {@code EcmaString}, and {@code MemberOrder} puts the members of an object where
 * ECMAScript has them. Holds nothing between calls; any thread may call, nothing blocks.
 */
@NullMarked
package io.kurier.model.json;

import org.jspecify.annotations.NullMarked;
