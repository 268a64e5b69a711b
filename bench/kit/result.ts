/** What one measurement found. Times are milliseconds unless a row says otherwise; ratios are what may be quoted. */
export interface BenchResult {
  /** As typed after `npm run bench --`. */
  readonly name: string;
  readonly title: string;
  readonly tables: readonly Table[];
}

export interface Table {
  /** Short and stable: names the plot's file. */
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  /** What the reader must know to read it rightly. */
  readonly notes: readonly string[];
}

export interface Row {
  readonly what: string;
  readonly figure: Figure;
  /** How many times the anchor's median (or value) it is; null for the anchor itself and where there is none. */
  readonly ratio: { readonly to: string; readonly times: number } | null;
  readonly goal: Goal | null;
}

export type Figure =
  | {
      readonly kind: 'times';
      readonly samples: number;
      readonly median: number;
      readonly p95: number;
      readonly p99: number;
      readonly unit: Unit;
    }
  | { readonly kind: 'value'; readonly value: number; readonly unit: Unit };

export type Unit = 'ms' | 'µs' | 's' | 'MB' | 'bytes' | '/s' | '/min' | '%' | 'times' | 'KiB';

export interface Goal {
  /** Of the figure itself (a median where there are times) or of the ratio. */
  readonly of: 'value' | 'median' | 'p99' | 'ratio';
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
}

/** Nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN;
}

export function times(samples: readonly number[], unit: 'ms' | 'µs' = 'ms'): Figure & { readonly kind: 'times' } {
  const scaled = unit === 'µs' ? samples.map((sample) => sample * 1000) : samples;
  const at = (share: number): number => percentile(scaled, share);
  return { kind: 'times', samples: samples.length, median: at(0.5), p95: at(0.95), p99: at(0.99), unit };
}

export const value = (amount: number, unit: Unit): Figure => ({ kind: 'value', value: amount, unit });

/** The one number that a ratio is made of. */
export const central = (figure: Figure): number => (figure.kind === 'times' ? figure.median : figure.value);

/** A row beside its anchor. */
export function row(what: string, figure: Figure, anchor: Row | null = null, goal: Goal | null = null): Row {
  const ratio = anchor === null ? null : { to: anchor.what, times: central(figure) / central(anchor.figure) };
  return { what, figure, ratio, goal };
}

export const atMost = (of: Goal['of'], limit: number): Goal => ({ of, bound: 'at most', limit });
export const atLeast = (of: Goal['of'], limit: number): Goal => ({ of, bound: 'at least', limit });

/** What the goal is about; NaN where the row has no such figure. */
export function judged({ figure, ratio, goal }: Row): number {
  if (goal === null) return Number.NaN;
  if (goal.of === 'ratio') return ratio?.times ?? Number.NaN;
  if (goal.of === 'p99') return figure.kind === 'times' ? figure.p99 : Number.NaN;
  return central(figure);
}

export function isMet(measured: Row): boolean {
  const { goal } = measured;
  if (goal === null) return true;
  return goal.bound === 'at most' ? judged(measured) <= goal.limit : judged(measured) >= goal.limit;
}
