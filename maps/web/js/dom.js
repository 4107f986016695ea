// Building the page's parts. Text only ever enters as text nodes, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Return an element: el("p", { class: "quiet" }, "text", child). A function value is a listener. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Return an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(2).filter((child) => child != null && child !== false));
  return node;
}

/** Take a style sheet of a part of the page that is loaded later: stylesheet("card"). */
export function stylesheet(name) {
  const href = `/static/css/${name}.css`;
  if (!document.querySelector(`link[href="${href}"]`)) document.head.append(el("link", { rel: "stylesheet", href }));
}

/** Return the element with this id. */
export const byId = (id) => document.getElementById(id);
