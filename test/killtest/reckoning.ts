import type { SaleEntry } from '../../src/control/protocol.ts';
import type { Ledgers, PaperSlip } from '../../src/showroom/facade.ts';
import { receiptNumbersIn } from './fast-hand.ts';

/** What everybody who has seen something of a till's sales says, when all is over. */
export interface Evidence {
  /** Receipt numbers that display or paper have shown. */
  readonly acknowledged: ReadonlySet<string>;
  /** The journal, every sale in whatever state. */
  readonly journal: readonly SaleEntry[];
  readonly ledgers: Ledgers;
  readonly paper: readonly PaperSlip[];
  /** Sales that were in an older journal and in a Magento that is not this one. */
  readonly deliveredElsewhere: ReadonlySet<string>;
}

export interface Reckoning {
  /** In the journal or acknowledged or both. */
  readonly sales: number;
  /** Sold, but not in the journal, or not in Magento as one order of the same total, invoiced and shipped. */
  readonly lost: number;
  /** Orders too many, and receipt numbers that two customers have got. */
  readonly doubled: number;
  /** In words, whatever does not add up; empty: nothing. */
  readonly complaints: readonly string[];
}

/** Compares them, sale by sale. */
export function reckon({ acknowledged, journal, ledgers, paper, deliveredElsewhere }: Evidence): Reckoning {
  const complaints: string[] = [];
  const kept = new Map(journal.map((entry) => [entry.receiptNumber, entry]));
  const rows = new Map(ledgers.rows.map((row) => [row.receiptNumber, row]));
  const sales = new Set([...kept.keys(), ...acknowledged]);
  let lost = 0;
  let doubled = 0;
  const loss = (words: string): void => {
    lost += 1;
    complaints.push(words);
  };
  const double = (words: string, times: number): void => {
    doubled += times;
    complaints.push(words);
  };

  for (const receipt of [...sales].sort()) {
    const entry = kept.get(receipt);
    const row = rows.get(receipt);
    if (entry === undefined) loss(`${receipt}: acknowledged, but not in the journal`);
    else if (deliveredElsewhere.has(receipt)) continue;
    else if (entry.state !== 'confirmed') loss(`${receipt}: ${entry.state} at "${entry.step}", ${entry.lastAnswer}`);
    else if (row?.agrees !== true) loss(`${receipt}: in Magento as ${JSON.stringify(row?.orders ?? [])}`);
  }
  for (const { receiptNumber, till, orders } of ledgers.rows) {
    const standing = orders.filter(({ state }) => state !== 'canceled').length;
    const surplus = standing - (till === null ? 0 : 1);
    if (surplus > 0) double(`${receiptNumber || 'no receipt'}: ${standing} orders in Magento`, surplus);
  }
  for (const { number, total, slip } of totalsOn(paper)) {
    const entry = kept.get(number);
    if (entry !== undefined && entry.total !== total) {
      double(
        `${number}: slip ${slip} is over ${total}, the journal over ${entry.total}: the number was given twice`,
        1,
      );
    }
  }
  [...kept.keys()].sort().forEach((receipt, index) => {
    if (Number(receipt.slice(-8)) !== index + 1) complaints.push(`${receipt} breaks the row of receipt numbers`);
  });
  return { sales: sales.size, lost, doubled, complaints };
}

/** What whole slips say; one that the power cut off hangs together with the next and is left out. */
function totalsOn(paper: readonly PaperSlip[]): { number: string; total: string; slip: number }[] {
  return paper.flatMap(({ number: slip, text }) => {
    const numbers = new Set(receiptNumbersIn(text));
    const totals = [...text.matchAll(/^TOTAL\s+([\d.]+)/gm)];
    const [number] = numbers;
    const total = totals[0]?.[1];
    return number === undefined || total === undefined || numbers.size > 1 || totals.length > 1
      ? []
      : [{ number, total, slip }];
  });
}
