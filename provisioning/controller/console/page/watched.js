import { element, fill } from './element.js';
import { button, empty } from './parts.js';

/**
 * Fills a place with what is fetched, now and whenever one of the collections changes. Where it can't be fetched the place says why; what
 * it shows already stays.
 *
 * @param {any} context
 * @param {string[]} collections
 * @param {HTMLElement} place
 * @param {() => Promise<any>} make What is to stand there.
 * @param {number} [pause] Milliseconds between a change and a look.
 */
export function watched(context, collections, place, make, pause = 1000) {
  let isShown = false;
  async function load() {
    try {
      const content = await make();
      keepingPlace(place, () => fill(place, content));
      isShown = true;
    } catch (error) {
      if (isShown && error.status !== 404) return;
      const again =
        error.status === 404 ? element('a', { href: '#/terminals' }, 'To the terminals') : button('Try again', load);
      fill(place, empty(`${error.message}. ${error.hint ?? ''}`, again));
    }
  }
  void load();
  /** What changes within the pause is looked at once. */
  let timer = 0;
  const unwatch = context.onCollections((names) => {
    if (timer !== 0 || !(names.includes('everything') || collections.some((name) => names.includes(name)))) return;
    timer = setTimeout(() => {
      timer = 0;
      void load();
    }, pause);
  });
  load.close = () => {
    clearTimeout(timer);
    unwatch();
  };
  return load;
}

/** Draws anew; who stands on something by keyboard stands on the same afterwards. */
export function keepingPlace(place, draw) {
  const focused = place.contains(document.activeElement) ? pathTo(document.activeElement, place) : null;
  draw();
  if (focused === null) return;
  let at = place;
  for (const index of focused) at = at?.children[index];
  at?.focus?.({ preventScroll: true });
}

function pathTo(from, place) {
  const path = [];
  for (let at = from; at !== place; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
  return path;
}
