/** Both ledgers, sale by sale: what the till sold and what Magento has. */

/**
 * @param {{table: HTMLTableElement, empty: HTMLElement, verdict: HTMLElement}} elements
 */
export function createLedgers({ table, empty, verdict }) {
  const body = /** @type {HTMLTableSectionElement} */ (table.tBodies[0]);
  const foot = Object.fromEntries(
    [...table.querySelectorAll('tfoot [data-part]')].map((cell) => [
      /** @type {HTMLElement} */ (cell).dataset['part'],
      cell,
    ]),
  );
  /** What each row showed last, so that only what changed is drawn (and announced). */
  const drawn = new Map();

  return {
    /** @param {any} ledgers */
    show({ rows, sums, stale }) {
      const kept = new Set();
      for (const [index, row] of rows.entries()) {
        const key = row.receiptNumber || row.orders[0]?.orderNumber;
        kept.add(key);
        const content = JSON.stringify(row);
        const known = drawn.get(key);
        if (known?.content === content) continue;
        const element = ledgerRow(row);
        if (known === undefined) body.insertBefore(element, body.rows[body.rows.length - index] ?? null);
        else known.element.replaceWith(element);
        if (known === undefined || row.agrees) element.classList.add('fresh');
        drawn.set(key, { content, element });
      }
      for (const [key, { element }] of drawn) {
        if (kept.has(key)) continue;
        element.remove();
        drawn.delete(key);
      }

      const waiting = rows.filter((/** @type {any} */ row) => row.till?.state === 'waiting').length;
      const parked = rows.filter((/** @type {any} */ row) => row.till?.state === 'parked').length;
      const doubled = rows.filter((/** @type {any} */ row) => row.orders.length > 1 && !row.agrees).length;
      const equal = sums.sold === sums.ordered && sums.sales === sums.orders;
      write(foot['sales'], count(sums.sales, 'sale'));
      write(foot['sold'], sums.sold);
      write(foot['waiting'], waiting === 0 ? '' : `${waiting} waiting`);
      write(foot['balance'], sums.sales === 0 ? '' : equal ? '=' : waiting > 0 ? '·' : '≠');
      write(foot['orders'], count(sums.orders, 'order'));
      write(foot['ordered'], sums.ordered);
      write(foot['stale'], stale && sums.sales > 0 ? 'the till is off: its side as last seen' : '');
      empty.hidden = rows.length > 0;
      table.hidden = rows.length === 0;
      const [state, words] = judgement({ sales: sums.sales, equal, waiting, parked, doubled });
      verdict.dataset['state'] = state;
      write(verdict, words);
    },
  };
}

/**
 * @param {{sales: number, equal: boolean, waiting: number, parked: number, doubled: number}} facts
 * @returns {[state: string, words: string]}
 */
function judgement({ sales, equal, waiting, parked, doubled }) {
  if (sales === 0) return ['idle', ''];
  if (doubled > 0) return ['bad', `${count(doubled, 'sale')} in Magento more than once`];
  if (parked > 0) return ['bad', `${count(parked, 'sale')} refused by Magento: see the queue`];
  if (waiting > 0) return ['wait', `${count(waiting, 'sale')} safe in the journal, on the way to Magento`];
  return equal ? ['good', 'Both ledgers agree'] : ['wait', 'Magento is being asked'];
}

/** @param {any} row */
function ledgerRow({ receiptNumber, till, orders, agrees }) {
  const element = document.createElement('tr');
  const standing = orders.filter((/** @type {any} */ order) => order.state !== 'canceled');
  const doubled = standing.length > 1;
  element.dataset['state'] = agrees ? 'agrees' : doubled || till === null ? 'wrong' : till.state;
  const order = standing[0] ?? orders[0];

  const receipt = cell('th', receiptNumber || '–');
  receipt.setAttribute('scope', 'row');
  const state = cell('td', '');
  if (till !== null) state.append(badge(till.state, till.words));
  const link = cell('td', agrees ? '=' : doubled ? '≠' : '·', 'link');
  link.setAttribute('aria-label', agrees ? 'agree' : 'do not agree yet');
  const documents =
    order === undefined
      ? ''
      : [order.invoice, order.shipment].map((number) => (number === null ? '–' : number)).join(', ');
  element.append(
    receipt,
    cell('td', till?.total ?? '–', 'amount'),
    state,
    link,
    cell('td', standing.map((/** @type {any} */ { orderNumber }) => orderNumber).join(', ')),
    cell('td', order?.total ?? '', 'amount'),
    cell('td', documents === '–, –' ? '' : documents),
    cell('td', order?.stock ?? '', 'stock'),
  );
  return element;
}

/**
 * @param {string} state
 * @param {string} words
 */
function badge(state, words) {
  const element = document.createElement('span');
  element.className = `badge badge-${state}`;
  element.textContent = words;
  element.title = element.textContent;
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
  if (className === 'stock') element.title = text;
  return element;
}

/**
 * @param {Element | undefined} element
 * @param {string} text
 */
function write(element, text) {
  if (element !== undefined && element.textContent !== text) element.textContent = text;
}

/**
 * @param {number} number
 * @param {string} noun
 */
const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
