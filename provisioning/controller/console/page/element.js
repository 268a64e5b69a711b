/**
 * Makes one element: `element('button.primary', { type: 'button', onclick }, 'Save')`. Attributes that are null, undefined or false are
 * left out, true stands without a value; `on…` are listeners; children are elements or text, never markup.
 *
 * @param {string} tag Name, and classes behind dots.
 * @param {{[name: string]: any}} [attributes]
 * @param {...any} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  return filled(document.createElement(name), classes, attributes, children);
}

const svgSpace = 'http://www.w3.org/2000/svg';

/** As {@link element}, for drawings. */
export function drawn(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  return filled(document.createElementNS(svgSpace, name), classes, attributes, children);
}

function filled(made, classes, attributes, children) {
  if (classes.length > 0) made.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.flat(Number.POSITIVE_INFINITY).filter((child) => child !== null && child !== undefined));
  return made;
}

/** Puts other children into an element. */
export function fill(parent, ...children) {
  parent.replaceChildren(
    ...children.flat(Number.POSITIVE_INFINITY).filter((child) => child !== null && child !== undefined),
  );
  return parent;
}

/** Writes text only where it differs, so that nothing is drawn or announced for nothing. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
