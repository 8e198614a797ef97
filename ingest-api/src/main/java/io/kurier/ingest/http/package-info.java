/**
 * What every route needs: the route table with its roles, request bodies and parameters, responses, problem details, and
 * the contract ({@code /openapi.yaml}, {@code /docs}). Reads and writes no topic. Event loops only, unless a type says
 * otherwise.
 */
@NullMarked
package io.kurier.ingest.http;

import org.jspecify.annotations.NullMarked;
