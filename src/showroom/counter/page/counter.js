import { createCards } from './cards.js';
import { createCardTerminal, createDrawer, createPrinter, createSwitch } from './devices.js';
import { createDotMatrix } from './dot-matrix.js';
import { act, listen } from './feed.js';
import { createGuide } from './guide.js';
import { createKeypad } from './keypad.js';
import { createLedgers } from './ledgers.js';
import { createShelf } from './shelf.js';

/** @param {string} id */
const byId = (id) => /** @type {any} */ (document.getElementById(id));

const display = createDotMatrix(byId('display'));
const keypad = createKeypad(byId('keypad'));
const shelf = createShelf({ form: byId('scan'), list: byId('articles'), note: byId('shelf-note') });
const cardTerminal = createCardTerminal(byId('card-terminal'));
const drawer = createDrawer(byId('drawer'));
const printer = createPrinter({ body: byId('printer'), roll: byId('roll') });
const ledgers = createLedgers({ table: byId('ledger'), empty: byId('ledger-empty'), verdict: byId('verdict') });
const cards = createCards(byId('cards'));
const guide = createGuide(byId('guide'));
const network = createSwitch(byId('network'), (on) => act('network', { cable: on ? 'on' : 'off' }));
const paper = createSwitch(byId('paper'), (on) => act('paper', { state: on ? 'in' : 'out' }));
const power = createSwitch(byId('power'), (on) => act('power', { state: on ? 'on' : 'off' }));

// The mouse gives no button the focus, and takes it from the scan box: what is typed next, ENTER too, is for the keypad.
document.addEventListener('mousedown', (event) => {
  if (!(event.target instanceof Element) || event.target.closest('button:not([type=submit])') === null) return;
  event.preventDefault();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
});

const powerWords = { on: 'on', off: 'off', starting: 'starting', stopped: 'stopped' };
const situation = { power: 'starting', network: 'on', shiftOpen: null, sales: 0, waiting: 0, cardAsked: false };

listen(
  {
    state(state) {
      const powered = state.power.state === 'on';
      display.show(state.display, darkness(state));
      keypad.show(powered);
      cardTerminal.show(state.cardTerminal);
      cards.choose({ offline: state.cardsOffline, later: state.acquirerDecides });
      drawer.show(state.drawer);
      printer.show(state.printed, state.paper, state.power.state !== 'off');
      network.show(state.network !== 'off', { on: 'in', off: 'pulled', slow: 'slow' }[state.network]);
      paper.show(state.paper === 'in', state.paper === 'in' ? 'in' : 'out');
      power.show(powered || state.power.state === 'starting', powerWords[state.power.state]);
      situation.power = state.power.state;
      situation.network = state.network;
      situation.cardAsked = state.cardTerminal.state === 'waiting';
      guide.show(situation);
    },
    ledger(both) {
      ledgers.show(both);
      situation.sales = both.sums.sales;
      situation.waiting = both.rows.filter((row) => row.till?.state === 'waiting').length;
      guide.show(situation);
    },
    cards(rows) {
      cards.show(rows);
    },
    till({ shiftOpen, connection, words }) {
      situation.shiftOpen = shiftOpen;
      byId('connection').textContent = connection === null ? '' : `the till is ${connection}`;
      byId('connection').title = words ?? '';
      guide.show(situation);
    },
  },
  (connected) => {
    byId('lost').hidden = connected;
    document.body.classList.toggle('disconnected', !connected);
    if (connected) void fillShelf();
  },
);

/** Why the display is dark, in words; null while it is lit. */
function darkness({ power, display: { lit } }) {
  if (lit) return null;
  if (power.state === 'off') return 'No power';
  if (power.state === 'starting') return 'Starting…';
  if (power.state === 'stopped') return `The till ${power.words}`;
  return 'The till is not connected to its display';
}

async function fillShelf() {
  try {
    const response = await fetch('api/catalogue');
    shelf.fill(await response.json());
  } catch {
    // The connection's own event tells of it.
  }
}
