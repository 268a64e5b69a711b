import type { SaleEntry } from '../../src/control/protocol.ts';
import type { Ledgers, PaperSlip } from '../../src/showroom/facade.ts';

/** What the story comes to, counted from the outside: paper, journal and Magento's own books. */
export interface Ending {
  readonly sold: number;
  readonly confirmed: number;
  readonly lost: number;
  readonly doubled: number;
  readonly parked: number;
  /** In words, what does not add up; empty: nothing. */
  readonly complaints: readonly string[];
}

/**
 * Sold is every sale of the journal and every receipt that was handed over, whether the journal still knows it or not.
 * Lost: sold, but neither in Magento (one order, invoiced, shipped, of the same total) nor visibly parked.
 * Doubled: more than one standing order for a sale, or an order for none.
 */
export function judge(queue: readonly SaleEntry[], ledgers: Ledgers, paper: readonly PaperSlip[]): Ending {
  const complaints: string[] = [];
  const journal = new Map(queue.map((entry) => [entry.receiptNumber, entry]));
  const sold = new Set([...journal.keys(), ...paper.flatMap(receiptNumberOf)]);
  const rows = new Map(ledgers.rows.map((row) => [row.receiptNumber, row]));
  let confirmed = 0;
  let parked = 0;
  let lost = 0;
  let doubled = 0;
  for (const receipt of sold) {
    const entry = journal.get(receipt);
    const row = rows.get(receipt);
    if (entry?.state === 'parked') parked += 1;
    else if (row?.agrees === true && entry?.state === 'confirmed') confirmed += 1;
    else {
      lost += 1;
      complaints.push(
        `${receipt}: ${entry === undefined ? 'handed over, but not in the journal' : describe(entry, row)}`,
      );
    }
  }
  for (const row of ledgers.rows) {
    const standing = row.orders.filter((order) => order.state !== 'canceled');
    const expected = row.till === null ? 0 : 1;
    if (standing.length <= expected) continue;
    doubled += standing.length - expected;
    complaints.push(
      `${row.receiptNumber || 'no receipt'}: ${standing.length} orders ${standing.map((order) => order.orderNumber).join(', ')}`,
    );
  }
  const numbers = [...journal.keys()].sort();
  numbers.forEach((receipt, index) => {
    if (Number(receipt.slice(-8)) !== index + 1) complaints.push(`${receipt} breaks the row of receipt numbers`);
  });
  return { sold: sold.size, confirmed, lost, doubled, parked, complaints };
}

function describe(entry: SaleEntry, row: Ledgers['rows'][number] | undefined): string {
  const orders = row?.orders.map((order) => `${order.orderNumber} ${order.state} ${order.total}`).join(', ') ?? '';
  return `${entry.state}, ${entry.total}, at "${entry.step}", ${entry.lastAnswer ?? 'no answer'}; Magento: ${orders || 'nothing'}`;
}

/** Of a sale's receipt; a shift report has none. */
function receiptNumberOf({ text }: PaperSlip): readonly string[] {
  const found = /\b[A-Z0-9-]+-\d{8}\b/.exec(text);
  return found === null ? [] : [found[0]];
}

/** The last line, to the letter. */
export const lastLine = ({ sold, confirmed, lost, doubled, parked }: Ending): string =>
  `story: sold ${sold}, confirmed ${confirmed}, lost ${lost}, doubled ${doubled}, parked ${parked}`;
