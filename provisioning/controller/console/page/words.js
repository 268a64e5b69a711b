/** How the console says things. */

const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium' });
const timeOnly = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A moment, in the time of who looks: epoch milliseconds or ISO 8601. */
export const moment = (at) => dayAndTime.format(new Date(at));
export const wholeMoment = (at) => whole.format(new Date(at));
export const clockTime = (at) => timeOnly.format(new Date(at));

/** How long ago, roughly: `12 min`. */
export function age(at, now = Date.now()) {
  return span(now - (typeof at === 'number' ? at : Date.parse(at)));
}

/** A duration in milliseconds. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

const plain = new Intl.NumberFormat('en-GB');
export const figure = (number) => plain.format(number);

export const count = (number, one, many = `${one}s`) => `${figure(number)} ${number === 1 ? one : many}`;

export function bytes(size) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let left = size;
  let unit = 0;
  while (left >= 1000 && unit < units.length - 1) {
    left /= 1000;
    unit += 1;
  }
  return `${left < 10 && unit > 0 ? left.toFixed(1) : Math.round(left)} ${units[unit]}`;
}

/** State of a terminal's connection: its tone, and its words. */
export const presences = {
  online: { tone: 'good', words: 'online' },
  lost: { tone: 'bad', words: 'lost' },
  stopped: { tone: 'idle', words: 'switched off' },
  restarting: { tone: 'wait', words: 'restarting' },
  never: { tone: 'idle', words: 'never seen' },
};

export const memberships = {
  expected: 'not joined yet',
  enrolling: 'joining',
  enrolled: 'in the fleet',
  revoked: 'shut out',
};

export const deliveries = {
  online: { tone: 'good', words: 'delivers' },
  offline: { tone: 'wait', words: 'can’t reach the shop' },
  paused: { tone: 'wait', words: 'paused' },
  starting: { tone: 'idle', words: 'starting' },
};

export const jobStates = {
  queued: { tone: 'idle', words: 'waits for the terminal' },
  later: { tone: 'idle', words: 'in a later step' },
  held: { tone: 'wait', words: 'waits for a quiet moment' },
  running: { tone: 'wait', words: 'running' },
  succeeded: { tone: 'good', words: 'done' },
  failed: { tone: 'bad', words: 'failed' },
  rejected: { tone: 'bad', words: 'refused' },
  'timed-out': { tone: 'bad', words: 'too late' },
  cancelled: { tone: 'idle', words: 'cancelled' },
};

export const rolloutStates = {
  running: { tone: 'wait', words: 'running' },
  paused: { tone: 'wait', words: 'paused' },
  aborted: { tone: 'bad', words: 'aborted' },
  done: { tone: 'good', words: 'done' },
};

export const outcomes = {
  applied: { tone: 'good', words: 'applied' },
  'pending-restart': { tone: 'wait', words: 'after a restart' },
  rejected: { tone: 'bad', words: 'refused' },
};

/** What a line of a terminal's history says. */
export function eventWords(entry) {
  const { kind } = entry;
  switch (kind) {
    case 'online':
      return `Came online with release ${entry.version}`;
    case 'lost':
      return 'Its connection was lost';
    case 'stopped':
      return 'Was switched off';
    case 'restarting':
      return 'Restarts';
    case 'delivery':
      return `Delivery: ${entry.words ?? entry.state}`;
    case 'queue':
      return entry.parked > 0
        ? `${count(entry.waiting, 'sale')} on the way, ${entry.parked} parked`
        : entry.waiting === 0
          ? 'Everything it sold is in Magento'
          : `${count(entry.waiting, 'sale')} on the way to Magento`;
    case 'storage':
      return `Disk space: ${entry.level}`;
    case 'version':
      return `Runs release ${entry.version}`;
    case 'alarm':
      return entry.words;
    case 'alarm-ended':
      return `No longer: ${entry.words}`;
    case 'job':
      return `${jobName(entry.job)}: ${jobStates[entry.state]?.words ?? entry.state}${entry.words ? ` (${entry.words})` : ''}`;
    case 'granted':
      return 'A device was let in by a claim';
    case 'enrolled':
      return 'A device has taken this number';
    case 'revoked':
      return `Was shut out${entry.why ? `: ${entry.why}` : ''}`;
    default:
      return kind;
  }
}

const jobNames = {
  'sync-now': 'Deliver now',
  'refresh-snapshot': 'Fetch the shop’s data',
  'test-print': 'Print a test page',
  'show-message': 'Show a message',
  'open-shift': 'Open the shift',
  'close-shift': 'Close the shift',
  'collect-diagnostics': 'Collect diagnostics',
  'payment-report': 'Payment report',
  'outage-report': 'Make an outage report',
  checklist: 'Make the checklist',
  restart: 'Restart',
  'rotate-credentials': 'Change credentials',
  update: 'Update',
};

export const jobName = (kind) => jobNames[kind] ?? kind;
