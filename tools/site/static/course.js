// What scrolls inside itself can be reached and scrolled with the keyboard, and says what it is.
const NAMES = { PRE: "Code or printed text", TABLE: "Table", MATH: "Formula" };

function name(element) {
  const inner = element.matches("pre") ? element : element.querySelector("table, math, pre");
  return NAMES[inner ? inner.tagName.toUpperCase() : ""] || "Scrolling part";
}

function reachable(element) {
  if (element.scrollWidth > element.clientWidth) {
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", name(element));
  } else {
    for (const attribute of ["tabindex", "role", "aria-label"]) element.removeAttribute(attribute);
  }
}

const watcher = new ResizeObserver((entries) => entries.forEach((entry) => reachable(entry.target)));
document
  .querySelectorAll("article pre, article .table-wrapper, article .output.text_html, article .formula")
  .forEach((element) => watcher.observe(element));
