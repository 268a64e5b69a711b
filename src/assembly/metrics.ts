import type { TerminalStatus } from '../control/protocol.ts';

interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** Label values by label name, and the number; none: nothing to say. */
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

const one = (value: number | null): Metric['samples'] => (value === null ? [] : [[{}, value]]);
const flag = (value: boolean): number => (value ? 1 : 0);

/** The terminal's status in Prometheus' text format (version 0.0.4). `now` is epoch milliseconds; ages are in seconds. */
export function metricsText(status: TerminalStatus, now: number): string {
  const age = (moment: string | null | undefined): number | null =>
    moment === null || moment === undefined ? null : Math.max(0, (now - Date.parse(moment)) / 1000);
  const until = (moment: string | null): number | null => (moment === null ? null : (Date.parse(moment) - now) / 1000);
  return metricsOf(status, { age, until })
    .filter(({ samples }) => samples.length > 0)
    .map((metric) => textOf(metric, status.terminalId))
    .join('');
}

interface Intervals {
  age(moment: string | null | undefined): number | null;
  until(moment: string | null): number | null;
}

function metricsOf(status: TerminalStatus, { age, until }: Intervals): Metric[] {
  const { sales, connection, stockRepair, payments } = status;
  const severities = ['alarm', 'warning'] as const;
  const journalStates = ['whole', 'one-copy', 'stopped'] as const;
  return [
    {
      name: 'sales',
      type: 'gauge',
      help: 'Sales and what else goes to Magento, by delivery state; waiting is the depth of the queue.',
      samples: [
        [{ state: 'waiting' }, sales.waiting],
        [{ state: 'parked' }, sales.parked],
        [{ state: 'confirmed' }, sales.confirmed],
        [{ state: 'withdrawn' }, sales.withdrawn],
      ],
    },
    {
      name: 'oldest_unconfirmed_age_seconds',
      type: 'gauge',
      help: 'Time since the oldest sale that Magento has not confirmed; absent: none.',
      samples: one(age(status.oldestUnconfirmed?.soldAt)),
    },
    {
      name: 'delivery_attempts_total',
      type: 'counter',
      help: 'Attempts to bring a sale into Magento.',
      samples: one(connection.attempts),
    },
    {
      name: 'delivery_confirmations_total',
      type: 'counter',
      help: 'Sales that Magento confirmed.',
      samples: one(connection.confirmations),
    },
    {
      name: 'delivery_heartbeat_age_seconds',
      type: 'gauge',
      help: 'Time since the delivery loop last turned; over 180 it is dead.',
      samples: one(connection.heartbeatAge / 1000),
    },
    {
      name: 'delivery_last_confirmation_age_seconds',
      type: 'gauge',
      help: 'Time since Magento last confirmed a sale; absent: not since the start.',
      samples: one(age(connection.lastConfirmationAt)),
    },
    {
      name: 'shop_reachable',
      type: 'gauge',
      help: '1: the shop answers.',
      samples: one(flag(connection.state === 'online')),
    },
    {
      name: 'delivery_paused',
      type: 'gauge',
      help: '1: a person has paused delivery.',
      samples: one(flag(connection.state === 'paused')),
    },
    {
      name: 'stock_repair_waiting_sales',
      type: 'gauge',
      help: 'Sales made past the cart for which the shop’s reservation repair was not seen yet.',
      samples: one(stockRepair.waiting),
    },
    {
      name: 'snapshot_age_seconds',
      type: 'gauge',
      help: 'Time since the shop was read; absent: never.',
      samples: one(age(status.snapshot?.takenAt)),
    },
    {
      name: 'journal_state',
      type: 'gauge',
      help: '1 for the state that the journal is in.',
      samples: journalStates.map((state) => [{ state }, flag(status.journal.state === state)] as const),
    },
    {
      name: 'storage_room_bytes',
      type: 'gauge',
      help: 'What may be written before the limit.',
      samples: one(status.storage.room),
    },
    {
      name: 'card_payments_stored',
      type: 'gauge',
      help: 'Card payments taken without network that no acquirer has yet.',
      samples: one(payments.stored.count),
    },
    {
      name: 'card_payments_stored_amount',
      type: 'gauge',
      help: 'Their total, in the till’s currency.',
      samples: one(Number(payments.stored.total)),
    },
    {
      name: 'card_payments_head_room',
      type: 'gauge',
      help: 'How many more may be stored; absent: any number.',
      samples: one(payments.headRoom.payments),
    },
    {
      name: 'card_payments_head_room_amount',
      type: 'gauge',
      help: 'How much more may be stored; absent: any amount.',
      samples: one(payments.headRoom.total === null ? null : Number(payments.headRoom.total)),
    },
    {
      name: 'card_payments_window_left_seconds',
      type: 'gauge',
      help: 'Until the acquirer’s window closes on what is stored, negative when it has; absent: nothing is.',
      samples: one(until(payments.headRoom.windowEndsAt)),
    },
    {
      name: 'card_payments_undecided',
      type: 'gauge',
      help: 'Card payments by who has yet to decide.',
      samples: [
        [{ by: 'bank' }, payments.deciding],
        [{ by: 'terminal' }, payments.unknown],
      ],
    },
    {
      name: 'cases_open',
      type: 'gauge',
      help: 'Differences and declined cards that a person has not brought to an end.',
      samples: one(status.cases),
    },
    {
      name: 'clock_trusted',
      type: 'gauge',
      help: '1: the network has set the clock.',
      samples: one(flag(status.clockTrusted)),
    },
    {
      name: 'attention',
      type: 'gauge',
      help: 'What a person should look at.',
      samples: severities.map(
        (severity) => [{ severity }, status.attention.filter((item) => item.severity === severity).length] as const,
      ),
    },
    {
      name: 'device_ready',
      type: 'gauge',
      help: '1: the device is ready.',
      samples: status.devices.map(({ name, state }) => [{ device: name }, flag(state === 'ready')] as const),
    },
  ];
}

function textOf({ name, type, help, samples }: Metric, terminal: string): string {
  const full = `holdfast_${name}`;
  const lines = samples.map(([labels, value]) => {
    const written = Object.entries({ terminal, ...labels }).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${full}{${written.join(',')}} ${value}`;
  });
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines, ''].join('\n');
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
