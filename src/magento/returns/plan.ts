import { unreachable } from '../../platform/brand.ts';
import type { ReturnProgress } from './progress.ts';

/** What is to be done next for a return. */
export type ReturnStep =
  /** The order of a sale that this terminal does not know, or no longer. */
  | { readonly do: 'find-order' }
  /** Is there a credit memo under the return's number? */
  | { readonly do: 'find-memo' }
  | { readonly do: 'refund' }
  /** Of which of the goods the shop keeps a stock. */
  | { readonly do: 'see-shelf' }
  /** The terminal's own source is to be this return's alone. */
  | { readonly do: 'clear-way' }
  /** Lays the goods out in the terminal's own source, from where they can be moved and counted. */
  | { readonly do: 'lay-out' }
  | { readonly do: 'read-laid-out' }
  /** Until no late copy of the laying out can arrive any more. */
  | { readonly do: 'wait' }
  /** Moves them onto the shelf: by so many as there are, whatever is sold meanwhile. */
  | { readonly do: 'shelve' }
  | { readonly do: 'read-shelved' }
  | { readonly do: 'read-comments' }
  | { readonly do: 'comment' }
  | { readonly do: 'confirm' };

/** What this run knows beside what was written down. */
export interface ReturnSeen {
  /** The way through the terminal's own source is this return's. */
  readonly wayIsClear: boolean;
  /** Milliseconds until no late copy of the laying out can arrive any more. */
  readonly laidOutSettlesIn: number;
}

/** The plan of a return by stock REST calls: the one next step that what is known allows. Pure. */
export function nextReturnStep(progress: ReturnProgress, seen: ReturnSeen): ReturnStep {
  const { begun, order, searched, memo } = progress;
  if (order === null) return { do: 'find-order' };
  if (begun !== null) return { do: lookAfter(begun.step) };
  if (memo === null) return { do: searched ? 'refund' : 'find-memo' };
  return goodsStep(progress, seen) ?? commentStep(progress);
}

function lookAfter(
  step: NonNullable<ReturnProgress['begun']>['step'],
): 'find-memo' | 'read-laid-out' | 'read-shelved' | 'read-comments' {
  switch (step) {
    case 'refund':
      return 'find-memo';
    case 'lay-out':
      return 'read-laid-out';
    case 'shelve':
      return 'read-shelved';
    case 'comment':
      return 'read-comments';
    default:
      return unreachable(step);
  }
}

function goodsStep({ shelving, goods }: ReturnProgress, seen: ReturnSeen): ReturnStep | null {
  if (goods === 'on-the-shelf') return null;
  if (shelving === null) return { do: 'see-shelf' };
  if (shelving.length === 0) return null;
  if (!seen.wayIsClear) return { do: 'clear-way' };
  if (goods === 'nowhere') return { do: 'lay-out' };
  return { do: seen.laidOutSettlesIn > 0 ? 'wait' : 'shelve' };
}

function commentStep({ commented }: ReturnProgress): ReturnStep {
  if (commented === null) return { do: 'read-comments' };
  return { do: commented ? 'confirm' : 'comment' };
}

/** Where a return stands, for people. */
export function describeReturn({ begun, order, memo, shelving, goods }: ReturnProgress): string {
  if (begun !== null) return `${beginning[begun.step]}, answer unknown`;
  if (order === null) return 'not begun';
  if (memo === null) return `credit memo of order ${order.number} to be made`;
  const left = goods !== 'on-the-shelf' && (shelving === null || shelving.length > 0);
  if (left)
    return typeof goods === 'object' ? 'refunded, goods laid out for the shelf' : 'refunded, goods to be put back';
  return 'refunded, goods put back, to be told in the order’s history';
}

const beginning: Readonly<Record<NonNullable<ReturnProgress['begun']>['step'], string>> = {
  refund: 'making the credit memo',
  'lay-out': 'laying out the goods',
  shelve: 'putting the goods back on the shelf',
  comment: 'telling the order’s history',
};
