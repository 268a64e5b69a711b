import { act } from './feed.js';

/** The 4×4 keypad: name of the key, what is printed on it, what to call it, and which keys of a keyboard press it. */
const keys = [
  { name: '7', face: '7', keyboard: ['7'] },
  { name: '8', face: '8', keyboard: ['8'] },
  { name: '9', face: '9', keyboard: ['9'] },
  { name: 'menu', face: 'MENU', keyboard: ['m', 'M', 'F1'], hint: 'M' },
  { name: '4', face: '4', keyboard: ['4'] },
  { name: '5', face: '5', keyboard: ['5'] },
  { name: '6', face: '6', keyboard: ['6'] },
  { name: 'times', face: '×', label: 'times', keyboard: ['*', 'x', 'X'], hint: '*' },
  { name: '1', face: '1', keyboard: ['1'] },
  { name: '2', face: '2', keyboard: ['2'] },
  { name: '3', face: '3', keyboard: ['3'] },
  { name: 'clear', face: 'CLEAR', keyboard: ['Backspace', 'Delete', 'Escape'], hint: '⌫' },
  { name: '0', face: '0', keyboard: ['0'] },
  { name: '.', face: '.', label: 'point', keyboard: ['.', ','] },
  { name: 'total', face: 'TOTAL', keyboard: ['+', 't', 'T'], hint: '+' },
  { name: 'enter', face: 'ENTER', keyboard: ['Enter'], hint: '↵' },
];

/** @param {HTMLElement} element */
export function createKeypad(element) {
  /** @type {Map<string, HTMLButtonElement>} */
  const buttons = new Map();
  for (const { name, face, label, hint } of keys) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = /^[\d.]$/.test(name) ? 'key' : `key key-word key-${name}`;
    button.setAttribute('aria-label', label ?? face.toLowerCase());
    button.dataset['key'] = name;
    const cap = document.createElement('span');
    cap.textContent = face;
    button.append(cap);
    if (hint !== undefined) {
      const small = document.createElement('kbd');
      small.textContent = hint;
      small.setAttribute('aria-hidden', 'true');
      button.append(small);
    }
    button.addEventListener('click', () => press(name));
    buttons.set(name, button);
    element.append(button);
  }

  /** @param {string} name */
  function press(name) {
    act('press', { keys: name });
    const button = buttons.get(name);
    button?.classList.add('pressed');
    setTimeout(() => button?.classList.remove('pressed'), 120);
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
    if (event.target.closest('input, textarea, select') !== null) return;
    // A focused button keeps what presses it.
    if (event.key === 'Enter' && event.target.closest('button, a') !== null) return;
    const key = keys.find(({ keyboard }) => keyboard.includes(event.key));
    if (key === undefined) return;
    event.preventDefault();
    press(key.name);
  });

  return {
    /** @param {boolean} powered */
    show(powered) {
      element.dataset['powered'] = String(powered);
    },
  };
}
