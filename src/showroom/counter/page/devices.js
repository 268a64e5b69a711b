import { act } from './feed.js';

/** The card terminal, the drawer, the printer's roll and the three switches. */

const cardWords = {
  idle: 'Welcome',
  waiting: 'Present card',
  processing: 'One moment…',
  approved: 'Approved',
  declined: 'Declined',
  cancelled: 'Cancelled',
};

/** @param {HTMLElement} element */
export function createCardTerminal(element) {
  const reader = find(element, '.reader');
  const amount = find(element, '[data-part=amount]');
  const words = find(element, '[data-part=words]');
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (element.querySelectorAll('button[data-action]'));
  for (const button of buttons) {
    button.addEventListener('click', () => act('card', { action: button.dataset['action'] }));
  }
  return {
    /** @param {{state: keyof typeof cardWords, amount?: string, currency?: string}} screen */
    show(screen) {
      reader.dataset['state'] = screen.state;
      amount.textContent = screen.amount === undefined ? '' : `${screen.amount} ${screen.currency}`;
      words.textContent = cardWords[screen.state];
      for (const button of buttons) {
        const removing = button.dataset['action'] === 'remove';
        button.disabled = !(screen.state === 'waiting' || (removing && screen.state === 'processing'));
      }
    },
  };
}

/** @param {HTMLElement} element */
export function createDrawer(element) {
  const front = /** @type {HTMLButtonElement} */ (element.querySelector('button'));
  const words = find(element, '[data-part=words]');
  front.addEventListener('click', () => act('drawer'));
  return {
    /** @param {'open' | 'closed'} state */
    show(state) {
      element.dataset['state'] = state;
      front.disabled = state === 'closed';
      words.textContent = state === 'open' ? 'Cash drawer is open: push to close' : 'Cash drawer: closed';
    },
  };
}

/**
 * @param {{body: HTMLElement, roll: HTMLElement}} elements
 */
export function createPrinter({ body, roll }) {
  const words = find(body, '[data-part=words]');
  let drawn = 0;
  return {
    /**
     * @param {number} printed How many slips there are.
     * @param {'in' | 'out'} paper
     * @param {boolean} powered
     */
    show(printed, paper, powered) {
      body.dataset['state'] = !powered ? 'off' : paper;
      words.textContent = paper === 'out' ? 'Out of paper' : printed === 0 ? 'Receipts' : `${printed} printed`;
      if (printed < drawn) {
        roll.replaceChildren();
        drawn = 0;
      }
      // The page was opened late: what lies at the bottom of the heap is not fetched.
      drawn = Math.max(drawn, printed - longestRoll);
      while (drawn < printed) {
        drawn += 1;
        roll.prepend(slip(drawn));
      }
      while (roll.children.length > longestRoll) roll.lastElementChild?.remove();
    },
  };
}

const longestRoll = 12;

/** @param {number} number */
function slip(number) {
  const item = document.createElement('li');
  item.className = 'slip';
  item.value = number;
  const image = document.createElement('img');
  image.alt = `Receipt ${number}`;
  image.addEventListener('load', () => item.classList.add('out'));
  image.src = `api/receipts/${number}.svg`;
  item.append(image);
  fetch(`api/receipts/${number}.txt`)
    .then((response) => response.text())
    .then((text) => {
      image.alt = `Receipt ${number}:\n${text}`;
    })
    .catch(() => undefined);
  return item;
}

/**
 * @param {HTMLButtonElement} element
 * @param {(on: boolean) => void} turn
 */
export function createSwitch(element, turn) {
  const state = find(element, '[data-part=state]');
  let on = false;
  element.addEventListener('click', () => turn(!on));
  return {
    /**
     * @param {boolean} isOn
     * @param {string} words
     */
    show(isOn, words) {
      on = isOn;
      element.disabled = false;
      element.setAttribute('aria-checked', String(isOn));
      state.textContent = words;
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {string} selector
 */
function find(element, selector) {
  const found = element.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}
