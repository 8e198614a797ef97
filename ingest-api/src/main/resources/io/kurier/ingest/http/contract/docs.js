// Shows openapi.json. Everything is written as text, never as markup, and nothing is asked of any other host.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
let contract;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
  children.flat(Infinity).forEach((child) => child !== null && child !== undefined && element.append(child));
  return element;
}

/** Paragraphs of a text, in which `this` is code. */
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

/** A schema in a few words; the rest of it is in fields(). */
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
  const told = [];
  const range = (least, most, unit) => {
    if (least !== undefined || most !== undefined) {
      told.push(least === undefined ? "at most " + most + unit : most === undefined ? "at least " + least + unit : least + " to " + most + unit);
    }
  };
  range(schema.minimum, schema.maximum, "");
  range(schema.minLength, schema.maxLength, " characters");
  range(schema.minItems, schema.maxItems, " items");
  if (schema.default !== undefined) {
    told.push("default " + JSON.stringify(schema.default));
  }
  if (schema.examples) {
    told.push("such as " + JSON.stringify(schema.examples[0]));
  }
  return told.length ? [" ", make("span", { class: "quiet" }, "(" + told.join(", ") + ")")] : [];
}

/** The fields of an object, or of the objects in it that have no name of their own. */
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
  // what is wider than the page is scrolled, and must be reachable by keys
  return make("pre", { tabindex: "0" }, typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

function examples(media) {
  const told = Object.values(media.examples || {});
  const all = media.example === undefined ? told : [{ value: media.example }, ...told];
  return all.flatMap((example) => [make("p", { class: "quiet" }, example.summary ? "Example: " + example.summary : "Example"), pretty(example.value)]);
}

function content(content) {
  return Object.entries(content || {}).map(([type, media]) => make("div", {}, make("p", {}, make("code", {}, type), ": ", words(media.schema)),
    schemaName(media.schema) ? null : fields(media.schema), examples(media)));
}

function parameter(given) {
  const told = resolved(given);
  return make("li", {}, make("strong", {}, make("code", {}, told.name)), " ", make("span", { class: "quiet" }, "in " + told.in), " ", words(told.schema),
    told.required ? make("strong", {}, ", required") : null, bounds(told.schema), told.description ? [": ", inline(told.description)] : null);
}

function answer(status, given) {
  const told = resolved(given);
  const headers = Object.keys(told.headers || {});
  const head = [make("strong", {}, status), " ", inline(told.description), headers.length ? [". Headers: ", headers.join(", ")] : null];
  return make("li", {}, told.content ? make("details", {}, make("summary", {}, head), content(told.content)) : head);
}

function route(path, method, item, operation) {
  const asked = resolved(operation.requestBody);
  const id = operation.operationId;
  const parameters = [...(item.parameters || []), ...(operation.parameters || [])];
  const open = operation.security && operation.security.length === 0;
  return make("section", { id, class: "route", "aria-labelledby": id + "-head" },
    make("h3", { id: id + "-head" }, make("span", { class: "method " + method }, method.toUpperCase()), " " + path),
    make("p", {}, make("strong", {}, inline(operation.summary)), ". ",
      make("span", { class: "quiet" }, open ? "Open, without a key." : ["Needs the role ", make("code", {}, operation["x-kurier-role"]), "."])),
    prose(operation.description),
    parameters.length ? [make("h4", {}, "Parameters"), make("ul", { class: "fields" }, parameters.map(parameter))] : null,
    asked ? [make("h4", {}, "Body" + (asked.required ? "" : ", if any")), content(asked.content)] : null,
    make("h4", {}, "Answers"), make("ul", { class: "answers" }, Object.entries(operation.responses).map(([status, told]) => answer(status, told))));
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
    document.getElementById("state").textContent = "The contract could not be read: " + error.message + ". Reload the page, or read openapi.yaml.";
  }
}

start();
