/** The showroom's side of this page: what it tells (server-sent events) and what it can be asked to do. */

/**
 * @param {{[name: string]: (data: any) => void}} listeners By event name.
 * @param {(connected: boolean) => void} onConnection
 */
export function listen(listeners, onConnection) {
  const source = new EventSource('api/events');
  source.addEventListener('open', () => onConnection(true));
  source.addEventListener('error', () => onConnection(false));
  for (const [name, listener] of Object.entries(listeners)) {
    source.addEventListener(name, (event) => listener(JSON.parse(event.data)));
  }
}

/**
 * What one hand does happens in its order; a switch that takes its time (the till starts) holds up nothing else.
 * @type {Map<string, Promise<void>>}
 */
const last = new Map();
const hands = ['press', 'scan', 'card', 'drawer'];

/**
 * Asks the showroom to do something. Never rejects: what came of it shows on the counter.
 * @param {string} action
 * @param {object} details
 */
export function act(action, details = {}) {
  const line = hands.includes(action) ? 'hands' : action;
  last.set(
    line,
    Promise.resolve(last.get(line)).then(() => ask(action, details)),
  );
}

/**
 * @param {string} action
 * @param {object} details
 */
async function ask(action, details) {
  try {
    await fetch(`api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(details),
    });
  } catch {
    // The connection's own event tells of it.
  }
}
