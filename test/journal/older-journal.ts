import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** One sale of an older journal, as its own release told it. */
export interface OlderSale {
  readonly receiptNumber: string;
  readonly saleId: string;
  readonly total: string;
  readonly state: 'waiting' | 'parked' | 'confirmed';
  readonly orderNumber: string | null;
}

/** From the sources and from dist alike. */
const fixture = (format: number, name: string): string => {
  const here = fileURLToPath(import.meta.url);
  const root = here.slice(0, here.lastIndexOf(here.includes('/dist/test/') ? '/dist/test/' : '/test/'));
  return `${root}/test/fixtures/journal-${format}/${name}`;
};

/** Lays the data directory of a terminal whose journal is in that format into `folder`, which must exist. */
export async function unpackOlderJournal(format: number, folder: string): Promise<void> {
  await promisify(execFile)('tar', ['-xzf', fixture(format, 'data.tar.gz'), '-C', folder]);
}

/** What is in it. */
export async function olderSales(format: number): Promise<readonly OlderSale[]> {
  return JSON.parse(await readFile(fixture(format, 'sales.json'), 'utf8')) as OlderSale[];
}
