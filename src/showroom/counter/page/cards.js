import { act } from './feed.js';

/** Card payments on both sides, and what the bank and the card terminal are to do. */

const tillWords = {
  requested: 'asked for',
  unknown: 'no answer',
  declined: 'declined',
  cancelled: 'not charged',
  'approved-online': 'approved',
  'approved-offline': 'approved by the chip',
  stored: 'stored, not final',
  forwarded: 'sent, not decided',
  settled: 'settled',
  'declined-late': 'declined later',
  expired: 'sent too late',
  reversed: 'given back',
  'charged-back': 'charged back',
};

const bankWords = {
  undecided: 'looks at it',
  approved: 'approved',
  declined: 'declined',
  settled: 'paid out',
  'charged-back': 'charged back',
  'taken-back': 'given back',
};

const actionWords = { approve: 'Approve', decline: 'Decline now', 'charge-back': 'Charge back' };

const provisional = ['stored', 'approved-offline', 'forwarded'];
const lost = ['declined-late', 'expired', 'charged-back', 'unknown'];

/** @param {HTMLDetailsElement} element */
export function createCards(element) {
  const body = /** @type {HTMLTableSectionElement} */ (element.querySelector('tbody'));
  const note = /** @type {HTMLElement} */ (element.querySelector('[data-part=note]'));
  const choices = [...element.querySelectorAll('[data-choice]')].map((choice) => /** @type {HTMLElement} */ (choice));
  let drawn = '';

  element.addEventListener('click', (event) => {
    if (!(event.target instanceof HTMLButtonElement)) return;
    const { value, action, payment } = event.target.dataset;
    const choice = event.target.closest('[data-choice]')?.getAttribute('data-choice');
    if (choice === 'offline') act('cards-offline', { mode: value });
    else if (choice === 'later') act('bank', { action: 'decide', later: value });
    else if (payment !== undefined) act('bank', { action, paymentId: payment });
    else if (action !== undefined) act('bank', { action });
  });

  return {
    /** @param {{offline: string, later: string}} now */
    choose(now) {
      for (const choice of choices) {
        const chosen = now[/** @type {'offline' | 'later'} */ (choice.dataset['choice'])];
        for (const button of choice.querySelectorAll('button')) {
          button.setAttribute('aria-pressed', String(button.dataset['value'] === chosen));
        }
      }
    },
    /** @param {any[]} rows */
    show(rows) {
      const content = JSON.stringify(rows);
      if (content === drawn) return;
      drawn = content;
      body.replaceChildren(...rows.map(cardRow));
      const open = rows.filter(({ till }) => provisional.includes(till?.state)).length;
      const bad = rows.filter(({ till }) => lost.includes(till?.state)).length;
      note.textContent = [
        open > 0 ? `${open} not final` : '',
        bad > 0 ? `${bad} to be looked into` : '',
        open + bad === 0 && rows.length > 0 ? 'all final' : '',
      ]
        .filter((words) => words !== '')
        .join(', ');
    },
  };
}

/** @param {any} row */
function cardRow({ paymentId, receiptNumber, amount, till, acquirer, may }) {
  const element = document.createElement('tr');
  const receipt = cell('th', receiptNumber ?? '–');
  receipt.setAttribute('scope', 'row');
  const ours = cell('td', '');
  if (till !== null)
    ours.append(badge(kindOf(till.state), tillWords[/** @type {keyof typeof tillWords} */ (till.state)]));
  const theirs = cell(
    'td',
    acquirer === null
      ? 'has not heard of it'
      : `${bankWords[/** @type {keyof typeof bankWords} */ (acquirer.state)]}${acquirer.came === 'forwarded' ? ', handed over later' : ''}`,
  );
  const hands = cell('td', '', 'hands');
  for (const action of may) {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset['action'] = action;
    button.dataset['payment'] = paymentId;
    button.textContent = actionWords[/** @type {keyof typeof actionWords} */ (action)];
    hands.append(button);
  }
  element.append(receipt, cell('td', amount, 'amount'), ours, theirs, hands);
  return element;
}

/** @param {string} state */
function kindOf(state) {
  if (provisional.includes(state)) return 'waiting';
  return lost.includes(state) ? 'parked' : 'confirmed';
}

/**
 * @param {string} kind
 * @param {string} words
 */
function badge(kind, words) {
  const element = document.createElement('span');
  element.className = `badge badge-${kind}`;
  element.textContent = words;
  return element;
}

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} className
 */
function cell(tag, text, className = '') {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className !== '') element.className = className;
  return element;
}
