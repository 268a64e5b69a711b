import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The little of better-sqlite3 that is used here. */
interface Statement {
  run(...values: readonly (string | number)[]): unknown;
  get(...values: readonly (string | number)[]): unknown;
  pluck(): Statement;
}
interface Database {
  pragma(text: string): unknown;
  exec(text: string): unknown;
  prepare(text: string): Statement;
  transaction<Args extends readonly unknown[]>(task: (...args: Args) => void): (...args: Args) => void;
  close(): void;
}

/** A till that keeps everything in SQLite, as many do: WAL, synchronous=FULL, one row an article, indexes by code and SKU. */
export interface SqliteTill {
  /** Durable when it returns. */
  sell(id: number, sale: string): void;
  importArticles(articles: readonly { readonly sku: string; readonly barcode: string; readonly json: string }[]): void;
  /** undefined: there is none. */
  byBarcode(barcode: string): unknown;
  close(): void;
}

/** null: better-sqlite3 is not installed (`npm ci --prefix bench/rivals`). */
export function openSqliteTill(folder: string): SqliteTill | null {
  const found = load();
  if (found === null) return null;
  const database = new found(join(folder, 'till.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(
    'CREATE TABLE article(sku TEXT UNIQUE, barcode TEXT, json TEXT);' +
      'CREATE TABLE outbox(id INTEGER PRIMARY KEY, state TEXT, json TEXT); CREATE INDEX outbox_state ON outbox(state)',
  );
  const put = database.prepare('INSERT INTO article VALUES(?,?,?)');
  const sell = database.prepare("INSERT INTO outbox VALUES(?,'queued',?)");
  let find: Statement | undefined;
  return {
    sell: (id, sale) => void sell.run(id, sale),
    importArticles: database.transaction((articles) => {
      for (const { sku, barcode, json } of articles) put.run(sku, barcode, json);
    }),
    byBarcode(barcode) {
      if (find === undefined) {
        database.exec('CREATE INDEX IF NOT EXISTS article_barcode ON article(barcode)');
        find = database.prepare('SELECT json FROM article WHERE barcode = ?').pluck();
      }
      const json = find.get(barcode);
      return typeof json === 'string' ? JSON.parse(json) : undefined;
    },
    close: () => database.close(),
  };
}

function load(): (new (path: string) => Database) | null {
  // Apart from the product's own packages: it is compiled when it is installed, and nobody's till needs it.
  const require = createRequire(fileURLToPath(new URL('../../../bench/rivals/', import.meta.url)));
  try {
    return require('better-sqlite3') as new (
      path: string,
    ) => Database; // as its documentation says
  } catch {
    return null;
  }
}

export const noSqlite = 'SQLite is left out: npm ci --prefix bench/rivals brings it.';
