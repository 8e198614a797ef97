/**
 * What the owner of a webhook writes in CEL to choose its events ({@code when}) and to shape its requests'
 * bodies ({@code transform}). The HTTP API checks an expression when it is saved; workers evaluate it. Reads and
 * writes no topic, holds no state and has no thread. The libraries that evaluate CEL do not show in the API of this package.
 */
@NullMarked
package io.kurier.expressions;

import org.jspecify.annotations.NullMarked;
