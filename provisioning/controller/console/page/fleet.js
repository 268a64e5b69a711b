import { ask } from './api.js';

/** Rows asked for at once: as many as are read without the page standing still. */
const portion = 1000;

const order = new Intl.Collator('en', { numeric: true });

/** What can be sorted by; the order of their numbers comes after it. */
const sorters = {
  terminal: () => 0,
  trouble: (row) => -(row.alarms * 1000 + row.warnings),
  presence: (row) => ['lost', 'restarting', 'stopped', 'never', 'online'].indexOf(row.presence),
  group: (row) => row.group ?? '￿',
  waiting: (row) => -row.waiting,
  oldest: (row) => (row.oldestUnconfirmedAt === null ? Number.POSITIVE_INFINITY : Date.parse(row.oldestUnconfirmedAt)),
  version: (row) => row.version ?? '￿',
  snapshot: (row) => (row.snapshotAt === null ? Number.POSITIVE_INFINITY : Date.parse(row.snapshotAt)),
};

/** All terminals of the fleet as lists show them, kept true by what the controller tells. */
export function createFleet() {
  /** Number → {row, text, place}; place: where it stands in the order of the numbers. */
  const known = new Map();
  /** In the order of their numbers. */
  let sorted = [];
  const listeners = new Set();
  let isLoaded = false;

  function put(row) {
    const before = known.get(row.terminal);
    const text = [row.terminal, row.label, row.group, row.version, row.worst].join(' ').toLowerCase();
    if (before !== undefined) {
      before.row = row;
      before.text = text;
      return false;
    }
    const entry = { row, text };
    known.set(row.terminal, entry);
    sorted.push(entry);
    return true;
  }

  function sort() {
    sorted.sort((one, other) => order.compare(one.row.terminal, other.row.terminal));
  }

  function changed(numbers) {
    for (const listener of listeners) listener(numbers);
  }

  return {
    get isLoaded() {
      return isLoaded;
    },
    get size() {
      return known.size;
    },
    row: (terminal) => known.get(terminal)?.row,

    /** All of them anew, some at a time. */
    async load() {
      const seen = new Set();
      for (let from = 0; ; ) {
        const { total, rows } = await ask('GET', `/api/terminals?from=${from}&limit=${portion}`);
        for (const row of rows) {
          put(row);
          seen.add(row.terminal);
        }
        from += rows.length;
        if (rows.length === 0 || from >= total) break;
        changed(null);
      }
      for (const terminal of known.keys()) if (!seen.has(terminal)) known.delete(terminal);
      sorted = sorted.filter(({ row }) => known.has(row.terminal));
      sort();
      isLoaded = true;
      changed(null);
    },

    /** What the controller told of some of them. */
    apply({ rows, gone }) {
      let isNew = false;
      for (const row of rows) isNew = put(row) || isNew;
      for (const terminal of gone) known.delete(terminal);
      if (gone.length > 0) sorted = sorted.filter(({ row }) => known.has(row.terminal));
      if (isNew) sort();
      changed([...rows.map((row) => row.terminal), ...gone]);
    },

    /**
     * Those that fit, sorted. `state`: '', 'troubled', 'waiting', 'parked', or a presence.
     * @param {{search: string, group: string, state: string, sort: string, down: boolean}} wishes
     */
    select({ search, group, state, sort: by, down }) {
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = sorted.filter(
        ({ row, text }) =>
          (group === '' || row.group === group) && isIn(row, state) && words.every((word) => text.includes(word)),
      );
      const rows = fits.map(({ row }) => row);
      const rank = sorters[by];
      if (by !== 'terminal' && rank !== undefined) rows.sort((one, other) => compare(rank(one), rank(other)));
      if (down) rows.reverse();
      return rows;
    },

    /** How many there are of each kind. */
    counts() {
      const counts = {
        all: known.size,
        online: 0,
        lost: 0,
        troubled: 0,
        waiting: 0,
        parked: 0,
        sales: 0,
        parkedSales: 0,
      };
      for (const { row } of known.values()) {
        if (row.presence === 'online') counts.online += 1;
        if (row.presence === 'lost') counts.lost += 1;
        if (isIn(row, 'troubled')) counts.troubled += 1;
        if (row.waiting > 0) counts.waiting += 1;
        if (row.parked > 0) counts.parked += 1;
        counts.sales += row.waiting;
        counts.parkedSales += row.parked;
      }
      return counts;
    },

    groups: () => [...new Set([...known.values()].flatMap(({ row }) => row.group ?? []))].sort(order.compare),

    /** Called with the numbers of what changed; null: anything may have. */
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isIn(row, state) {
  if (state === '') return true;
  if (state === 'troubled') return row.alarms + row.warnings > 0;
  if (state === 'waiting') return row.waiting > 0;
  if (state === 'parked') return row.parked > 0;
  return row.presence === state;
}

const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
