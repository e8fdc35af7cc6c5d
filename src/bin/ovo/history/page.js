"use strict";
const objects = new Map(JSON.parse(document.getElementById("data").textContent).map((one) => [one.name, one]));
const search = document.getElementById("search");
const count = document.getElementById("count");
const sections = [...document.querySelectorAll("section")];

function find() {
  const wanted = search.value.trim().toLowerCase();
  let shown = 0;
  for (const section of sections) {
    const isObject = section.dataset.object.toLowerCase().includes(wanted);
    let fields = 0;
    for (const row of section.querySelectorAll("tr[data-field]")) {
      const isField = row.dataset.field.toLowerCase().includes(wanted);
      row.hidden = !isObject && !isField;
      fields += isField ? 1 : 0;
    }
    section.hidden = !isObject && fields === 0;
    shown += section.hidden ? 0 : 1;
  }
  count.textContent = wanted ? `${shown} of ${sections.length} objects` : `${sections.length} objects`;
}

function cell(row, text, kind) {
  const made = row.appendChild(document.createElement(kind || "td"));
  made.textContent = text;
  if (kind === "th") made.scope = "row";
}

// What becomes of a field between hosts of two versions, by their indexes.
function judge(field, older, newer) {
  const was = field.names[older], is = field.names[newer];
  const rules = field.rules.filter((rule) => older < rule.before && newer >= rule.before);
  const down = rules.map((rule) => rule.what);
  let kind = rules.some((rule) => rule.refuses) ? "refused" : rules.length ? "lost" : "same";
  const up = [];
  if (was === null && is !== null) {
    if (!down.length) down.push("left out");
    up.push(field.absent !== null ? `absent: ${field.absent}` : field.required ? "refused: it is required" : "unset");
    if (kind === "same") kind = "lost";
    if (field.required && field.absent === null) kind = "refused";
  } else if (was !== null && is === null) {
    down.push(field.fill !== null ? `filled with ${field.fill}` : "left out");
    up.push("not kept");
    if (kind === "same") kind = "lost";
  } else if (was !== null) {
    if (was !== is) { down.push(`as ${was}`); up.push(`as ${is}`); }
    if (field.types[older] !== field.types[newer]) { down.push("converted"); up.push("converted"); }
    if (!down.length) down.push("kept");
    if (!up.length) up.push("kept");
  }
  return { kind, down: down.join("; "), up: up.join("; ") };
}

function compare(section) {
  const object = objects.get(section.dataset.object);
  const chosen = [...section.querySelectorAll("button[aria-pressed=true]")].map((button) => button.dataset.version);
  const place = section.querySelector(".compared");
  place.replaceChildren();
  if (chosen.length < 2) return;
  const [older, newer] = chosen.map((version) => object.versions.indexOf(version)).sort((a, b) => a - b);
  const [from, to] = [object.versions[older], object.versions[newer]];
  const head = place.appendChild(document.createElement("h3"));
  head.textContent = `${object.name} ${from} and ${to}`;
  const scroll = place.appendChild(document.createElement("div"));
  scroll.className = "scroll";
  const table = scroll.appendChild(document.createElement("table"));
  const titles = table.createTHead().insertRow();
  for (const title of ["field", from, to, `${to} writes for ${from}`, `${from} is read by ${to}`]) {
    cell(titles, title, "th");
  }
  const body = table.createTBody();
  const rank = { refused: 0, lost: 1, same: 2 };
  const all = object.fields.filter((field) => field.names[older] !== null || field.names[newer] !== null);
  const judged = all.map((field) => [field, judge(field, older, newer)]);
  // What is lost comes first.
  judged.sort((a, b) => rank[a[1].kind] - rank[b[1].kind]);
  for (const [field, told] of judged) {
    const row = body.insertRow();
    row.className = told.kind;
    cell(row, field.name, "th");
    cell(row, field.names[older] === null ? "·" : field.types[older] || field.names[older]);
    cell(row, field.names[newer] === null ? "·" : field.types[newer] || field.names[newer]);
    cell(row, told.down);
    cell(row, told.up);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-version]");
  if (!button) return;
  const section = button.closest("section");
  const isOn = button.getAttribute("aria-pressed") === "true";
  const others = [...section.querySelectorAll("button[aria-pressed=true]")];
  // The first of two that were chosen gives way to a third.
  if (!isOn && others.length > 1) others[0].setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", String(!isOn));
  compare(section);
});

// Arrows go from version to version.
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
    return;
  }
  if (event.key === "Escape" && document.activeElement === search) {
    search.value = "";
    find();
    return;
  }
  const button = event.target.closest && event.target.closest("button[data-version]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!button || !step) return;
  const all = [...button.closest("tr").querySelectorAll("button[data-version]")];
  const next = all[all.indexOf(button) + step];
  if (next) next.focus();
});

search.addEventListener("input", find);
find();
