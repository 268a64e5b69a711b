/** The hint for a first visitor: one next thing to try, by what has happened so far. */

/**
 * What the guide goes by.
 * @typedef {object} Situation
 * @property {string} power
 * @property {string} network
 * @property {boolean | null} shiftOpen null: the till can't be asked
 * @property {number} sales
 * @property {number} waiting
 * @property {boolean} cardAsked
 */

/** @param {HTMLElement} element */
export function createGuide(element) {
  const step = /** @type {HTMLElement} */ (element.querySelector('[data-part=step]'));
  const words = /** @type {HTMLElement} */ (element.querySelector('[data-part=words]'));
  let soldOffline = false;
  let wasCut = false;

  return {
    /** @param {Situation} situation */
    show(situation) {
      const offline = situation.network !== 'on';
      if (offline && situation.waiting > 0) soldOffline = true;
      if (situation.power === 'off') wasCut = true;
      const [number, text] = hint(situation, { offline, soldOffline, wasCut });
      step.textContent = number;
      if (words.textContent !== text) words.textContent = text;
    },
  };
}

/**
 * @param {Situation} situation
 * @param {{offline: boolean, soldOffline: boolean, wasCut: boolean}} past
 * @returns {[number: string, words: string]}
 */
function hint({ power, shiftOpen, sales, waiting, cardAsked }, { offline, soldOffline, wasCut }) {
  if (power === 'off') return ['', 'The till is dead. Switch Mains power on again: nothing that was sold is lost.'];
  if (power === 'starting') return ['', 'The till is starting…'];
  if (power === 'stopped') return ['', 'The till has stopped by itself. Switch Mains power off and on.'];
  if (cardAsked) return ['', 'The card terminal waits for the customer: tap a card.'];
  if (shiftOpen === false) return ['1', 'Open the shift: type the change in the drawer, say 100, then ENTER.'];
  if (sales === 0) return ['2', 'Click an article on the shelf to scan it, then TOTAL, then ENTER for cash.'];
  if (!offline && !soldOffline) return ['3', 'Now pull the network cable, and go on selling.'];
  if (offline && waiting === 0) return ['4', 'No internet. Sell something all the same.'];
  if (offline && !wasCut) return ['5', 'The sale is safe. Pull the plug too, if you dare: Mains power.'];
  if (offline) return ['6', 'Plug the network cable in again and watch the right-hand ledger.'];
  if (waiting > 0) return ['6', 'Watch each sale arrive in Magento, once.'];
  return ['', 'All is in Magento, exactly once. Try the paper, a refused card, the menu.'];
}
