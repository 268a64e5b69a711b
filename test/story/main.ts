import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { facts, table } from '../../src/cli/output.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { lastLine } from './ending.ts';
import { storyOptions } from './options.ts';
import { tellStory } from './story.ts';

/** `npm run story -- [--seed N] [--sales N]`: exit code 0 only if nothing was lost or doubled. */
async function main(): Promise<number> {
  const options = storyOptions(process.argv.slice(2));
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-story-'));
  const { ending, ledgers } = await tellStory(options, dir, (line) => console.log(line));
  console.log();
  console.log(
    table(
      [
        { title: 'RECEIPT' },
        { title: 'TILL', align: 'right' },
        { title: 'ORDER' },
        { title: 'MAGENTO', align: 'right' },
        { title: 'STOCK' },
        { title: 'AGREE' },
      ],
      ledgers.rows.map((row) => [
        row.receiptNumber,
        row.till?.total ?? '–',
        row.orders.map((order) => order.orderNumber).join(' ') || '–',
        row.orders.map((order) => order.total).join(' ') || '–',
        row.orders.map((order) => order.stock).join('; '),
        row.agrees ? 'yes' : 'NO',
      ]),
    ),
  );
  console.log();
  const { sales, sold, orders, ordered } = ledgers.sums;
  console.log(
    facts([
      ['till', `${sales} sales, ${sold} EUR`],
      ['Magento', `${orders} orders, ${ordered} EUR`],
    ]),
  );
  for (const complaint of ending.complaints) console.log(`! ${complaint}`);
  const good = ending.lost === 0 && ending.doubled === 0 && ending.complaints.length === 0;
  if (good) await rm(dir, { recursive: true, force: true });
  else console.log(`Seed ${options.seed}. Everything is kept in ${dir}.`);
  console.log(lastLine(ending));
  return good ? 0 : 1;
}

// At once: Node 20 may spin for ever in its own clean-up after connections were reset while they were ending.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
