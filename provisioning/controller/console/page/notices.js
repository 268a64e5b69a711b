import { element } from './element.js';

const place = /** @type {HTMLElement} */ (document.getElementById('notices'));
const shownFor = 6000;

/** Says for a moment what was done. */
export function tell(words) {
  show(element('p.notice', {}, words), shownFor);
}

/** Says what went wrong, until it is put away. */
export function complain(error) {
  const note = element(
    'div.notice.notice-bad',
    { role: 'alert' },
    element('p', {}, error.message),
    error.hint ? element('p.muted', {}, error.hint) : null,
  );
  note.append(element('button.quiet', { type: 'button', onclick: () => note.remove() }, 'Close'));
  show(note, null);
}

function show(note, lasts) {
  place.append(note);
  while (place.childElementCount > 4) place.firstElementChild?.remove();
  if (lasts !== null) setTimeout(() => note.remove(), lasts);
}
