import type { Instant } from '../platform/clock.ts';
import { facts, table } from './output.ts';

// A fleet's answers, as people read them. Only what is shown is named.

export interface ShownRow {
  readonly terminal: string;
  readonly label: string;
  readonly group: string | null;
  readonly membership: string;
  readonly presence: string;
  readonly presenceSince: number;
  readonly version: string | null;
  readonly waiting: number;
  readonly parked: number;
  readonly worst: string | null;
}

export interface ShownTerminal {
  readonly row: ShownRow;
  readonly device: { readonly device: string; readonly model: string; readonly serial: string } | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  readonly desiredVersion: number | null;
  readonly reported: {
    readonly version: number;
    readonly outcomes: Readonly<Record<string, { readonly state: string; readonly reason?: string }>>;
  } | null;
}

export interface ShownAlarm {
  readonly terminal: string;
  readonly severity: string;
  readonly words: string;
  readonly nextStep: string;
  readonly since: number;
}

export interface ShownJob {
  readonly jobId: string;
  readonly terminal: string;
  readonly job: { readonly kind: string };
  readonly state: string;
  readonly words: string;
  readonly createdAt: number;
}

function ago(now: Instant, since: number): string {
  const inMinutes = Math.max(0, Math.round((now - since) / 60_000));
  if (inMinutes < 120) return `${inMinutes} min`;
  const inHours = Math.round(inMinutes / 60);
  return inHours < 48 ? `${inHours} h` : `${Math.round(inHours / 24)} d`;
}

export function showRows(rows: readonly ShownRow[], now: Instant): string {
  if (rows.length === 0) return 'No terminal.';
  return table(
    [
      { title: 'TERMINAL' },
      { title: 'GROUP' },
      { title: 'STATE' },
      { title: 'SINCE', align: 'right' },
      { title: 'WAITING', align: 'right' },
      { title: 'PARKED', align: 'right' },
      { title: 'RELEASE' },
      { title: 'TROUBLE' },
    ],
    rows.map((row) => [
      row.terminal,
      row.group ?? '',
      row.membership === 'enrolled' ? row.presence : row.membership,
      ago(now, row.presenceSince),
      String(row.waiting),
      String(row.parked),
      row.version ?? '',
      row.worst ?? '',
    ]),
  );
}

export function showTerminal(
  { row, device, settings, secrets, desiredVersion, reported }: ShownTerminal,
  now: Instant,
): string {
  const lines = facts([
    ['Terminal', `${row.terminal} ${row.label}`.trim()],
    ['Group', row.group ?? 'none'],
    ['State', `${row.membership}, ${row.presence} for ${ago(now, row.presenceSince)}`],
    ['Device', device === null ? 'none' : `${device.device} (${device.model}, ${device.serial})`],
    ['Release', row.version ?? 'unknown'],
    ['Sales', `${row.waiting} waiting, ${row.parked} parked`],
    ['Trouble', row.worst ?? 'none'],
    ['Settings', `version ${desiredVersion ?? 0} wanted, ${reported?.version ?? 0} taken`],
  ]);
  const own = [
    ...Object.entries(settings).map(([key, value]) => `  ${key} = ${JSON.stringify(value)}`),
    ...secrets.map((key) => `  ${key} = (secret)`),
  ];
  const outcomes = Object.entries(reported?.outcomes ?? {}).map(
    ([key, { state, reason }]) => `  ${key}: ${state}${reason === undefined ? '' : `: ${reason}`}`,
  );
  return [
    lines,
    ...(own.length === 0 ? [] : ['Its own settings:', ...own]),
    ...(outcomes.length === 0 ? [] : ['What became of them:', ...outcomes]),
  ].join('\n');
}

export function showAlarms(alarms: readonly ShownAlarm[], now: Instant): string {
  if (alarms.length === 0) return 'Nothing to act on.';
  return alarms
    .map(
      ({ terminal, severity, words, nextStep, since }) =>
        `${severity.toUpperCase()} ${terminal} (${ago(now, since)}): ${words}\n    ${nextStep}`,
    )
    .join('\n');
}

export const showJob = ({ jobId, terminal, job, state, words }: ShownJob): string =>
  `${jobId}  ${terminal}  ${job.kind}  ${state}: ${words}`;
