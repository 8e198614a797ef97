// Shows openapi.json. All of it is inserted as text, never as markup. No other host is contacted.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
let contract;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
  children.flat(Infinity).forEach((child) => child !== null && child !== undefined && element.append(child));
  return element;
}

/** The paragraphs of a text. Words in backticks become code. */
function prose(text) {
  return String(text || "").trim().split(/\n\s*\n/).filter(Boolean).map((part) => make("p", {}, inline(part)));
}

function inline(text) {
  return String(text).split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));
}

function resolved(thing) {
  if (!thing || !thing.$ref) {
    return thing;
  }
  const found = thing.$ref.split("/").slice(1).reduce((at, step) => at[step], contract);
  return { ...found, ...thing, $ref: undefined };
}

function schemaName(schema) {
  const ref = schema && schema.$ref;
  return ref && ref.startsWith("#/components/schemas/") ? ref.split("/").pop() : null;
}

function link(name) {
  return make("a", { href: "#schema-" + name }, name);
}

/** The type of a schema in a few words; fields() shows the rest. */
function words(schema) {
  const name = schemaName(schema);
  if (name) {
    return [link(name)];
  }
  const choices = schema.anyOf && schema.anyOf.filter((choice) => !choice.required || choice.properties || choice.type);
  if (choices && choices.length && !schema.properties) {
    return choices.flatMap((choice, i) => [i ? " or " : "", ...words(choice)]);
  }
  if (schema.allOf) {
    return schema.allOf.flatMap((part, i) => [i ? " and " : "", ...words(part)]);
  }
  if ("const" in schema) {
    return [make("code", {}, JSON.stringify(schema.const))];
  }
  if (schema.enum) {
    return schema.enum.flatMap((value, i) => [i ? " or " : "", make("code", {}, JSON.stringify(value))]);
  }
  const type = [].concat(schema.type || "any JSON").join(" or ");
  if (schema.items) {
    return [type + " of ", ...words(schema.items)];
  }
  if (typeof schema.additionalProperties === "object") {
    return [type + " of ", ...words(schema.additionalProperties)];
  }
  return [type];
}

function bounds(schema) {
  const parts = [];
  const range = (min, max, unit) => {
    if (min !== undefined || max !== undefined) {
      parts.push(min === undefined ? "at most " + max + unit : max === undefined ? "at least " + min + unit : min + " to " + max + unit);
    }
  };
  range(schema.minimum, schema.maximum, "");
  range(schema.minLength, schema.maxLength, " characters");
  range(schema.minItems, schema.maxItems, " items");
  if (schema.default !== undefined) {
    parts.push("default " + JSON.stringify(schema.default));
  }
  if (schema.examples) {
    parts.push("such as " + JSON.stringify(schema.examples[0]));
  }
  return parts.length ? [" ", make("span", { class: "quiet" }, "(" + parts.join(", ") + ")")] : [];
}

/** The fields of an object, and of nested objects whose schemas have no name. */
function fields(schema) {
  const inner = [schema.items, ...(schema.anyOf || [])].filter((part) => part && !schemaName(part)).map(fields);
  const names = Object.keys(schema.properties || {});
  const required = schema.required || [];
  const list = names.map((name) => {
    const field = schema.properties[name];
    return make("li", {}, make("strong", {}, make("code", {}, name)), " ", words(field),
      required.includes(name) ? make("strong", {}, ", required") : null, bounds(field),
      field.description ? [": ", inline(field.description)] : null, schemaName(field) ? null : fields(field));
  });
  return [list.length ? make("ul", { class: "fields" }, list) : null, ...inner.flat()];
}

function pretty(value) {
  // wide content scrolls, so it must be reachable with the keyboard
  return make("pre", { tabindex: "0" }, typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

function examples(media) {
  const named = Object.values(media.examples || {});
  const all = media.example === undefined ? named : [{ value: media.example }, ...named];
  return all.flatMap((example) => [make("p", { class: "quiet" }, example.summary ? "Example: " + example.summary : "Example"), pretty(example.value)]);
}

function content(content) {
  return Object.entries(content || {}).map(([type, media]) => make("div", {}, make("p", {}, make("code", {}, type), ": ", words(media.schema)),
    schemaName(media.schema) ? null : fields(media.schema), examples(media)));
}

function parameter(reference) {
  const found = resolved(reference);
  return make("li", {}, make("strong", {}, make("code", {}, found.name)), " ", make("span", { class: "quiet" }, "in " + found.in), " ", words(found.schema),
    found.required ? make("strong", {}, ", required") : null, bounds(found.schema), found.description ? [": ", inline(found.description)] : null);
}

function response(status, reference) {
  const found = resolved(reference);
  const headers = Object.keys(found.headers || {});
  const head = [make("strong", {}, status), " ", inline(found.description), headers.length ? [". Headers: ", headers.join(", ")] : null];
  return make("li", {}, found.content ? make("details", {}, make("summary", {}, head), content(found.content)) : head);
}

function route(path, method, item, operation) {
  const body = resolved(operation.requestBody);
  const id = operation.operationId;
  const parameters = [...(item.parameters || []), ...(operation.parameters || [])];
  const open = operation.security && operation.security.length === 0;
  return make("section", { id, class: "route", "aria-labelledby": id + "-head" },
    make("h3", { id: id + "-head" }, make("span", { class: "method " + method }, method.toUpperCase()), " " + path),
    make("p", {}, make("strong", {}, inline(operation.summary)), ". ",
      make("span", { class: "quiet" }, open ? "Needs no key." : ["Needs the role ", make("code", {}, operation["x-kurier-role"]), "."])),
    prose(operation.description),
    parameters.length ? [make("h4", {}, "Parameters"), make("ul", { class: "fields" }, parameters.map(parameter))] : null,
    body ? [make("h4", {}, "Body" + (body.required ? "" : ", optional")), content(body.content)] : null,
    make("h4", {}, "Responses"), make("ul", { class: "responses" }, Object.entries(operation.responses).map(([status, found]) => response(status, found))));
}

function routes() {
  return Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, item, operation: item[method] })));
}

function show() {
  const main = document.getElementById("main");
  const contents = document.getElementById("contents");
  main.replaceChildren(...prose(contract.info.description));
  contract.tags.forEach((tag) => {
    const own = routes().filter((row) => row.operation.tags.includes(tag.name));
    main.append(make("h2", {}, tag.name), ...prose(tag.description), ...own.map((row) => route(row.path, row.method, row.item, row.operation)));
    contents.append(make("div", { class: "group" }, make("h2", {}, tag.name), make("ul", {}, own.map((row) =>
      make("li", { "data-words": [row.method, row.path, row.operation.summary, tag.name].join(" ").toLowerCase() },
        make("a", { href: "#" + row.operation.operationId }, make("span", { class: "method " + row.method }, row.method.toUpperCase()), " " + row.path))))));
  });
  main.append(make("h2", { id: "schemas" }, "Schemas"));
  Object.entries(contract.components.schemas).forEach(([name, schema]) => main.append(make("section", { id: "schema-" + name, class: "schema" },
    make("h3", {}, name), prose(schema.description), make("p", {}, words(schema), bounds(schema)), fields(schema))));
}

function filter() {
  const wanted = document.getElementById("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const items = [...document.querySelectorAll("#contents li")];
  items.forEach((item) => { item.hidden = !wanted.every((word) => item.dataset.words.includes(word)); });
  document.querySelectorAll("#contents .group").forEach((group) => { group.hidden = !group.querySelector("li:not([hidden])"); });
  document.getElementById("found").textContent = wanted.length ? items.filter((item) => !item.hidden).length + " of " + items.length + " routes" : "";
}

async function start() {
  try {
    const answer = await fetch("openapi.json");
    if (!answer.ok) {
      throw new Error("status " + answer.status);
    }
    contract = await answer.json();
    show();
    document.getElementById("filter").addEventListener("input", filter);
    if (location.hash) {
      document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
    }
  } catch (error) {
    document.getElementById("state").textContent = "Cannot load the contract: " + error.message + ". Reload the page, or read openapi.yaml.";
  }
}

start();
