import { Readable } from 'node:stream';
import type { CsvError } from 'csv-parse';
import { HoldfastError } from '../../platform/errors.ts';

export interface CsvOptions {
  readonly delimiter: string;
  readonly encoding: 'utf8' | 'latin1';
}

export const usualCsv: CsvOptions = { delimiter: ',', encoding: 'utf8' };

/** No line of a bank's report comes near this; a quote that is never closed is found out by it. */
const longestRecord = 256 * 1024;

/**
 * The records of a CSV file (RFC 4180; any line ends, with or without byte order mark) as they come, a chunk's worth in memory.
 * Throws `settlement.not-csv` where the text stops being CSV.
 */
export async function* csvRecords(
  bytes: AsyncIterable<Uint8Array>,
  { delimiter, encoding }: CsvOptions,
): AsyncGenerator<readonly string[]> {
  // Loaded when a report is read: a till does so once a day, if ever.
  const { parse } = await import('csv-parse');
  const parser = parse({
    bom: true,
    delimiter,
    encoding,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: longestRecord,
  });
  const source = Readable.from(bytes);
  source.once('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    // csv-parse gives arrays of texts unless told otherwise.
    for await (const record of parser) yield record as readonly string[];
  } catch (error) {
    if (!isCsvError(error)) throw error;
    throw new HoldfastError('settlement.not-csv', `The report can't be read on after line ${error.lines}.`, {
      remedy: 'operator',
      cause: error,
      hint: 'Download the report again, and leave it as it is: a spreadsheet changes it when it saves it.',
    });
  } finally {
    source.destroy();
  }
}

function isCsvError(error: unknown): error is CsvError & { readonly lines: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_') && 'lines' in error;
}

/** Where the columns of a report lie, found by their names. */
export class Columns {
  readonly #places = new Map<string, number>();

  /** Throws `settlement.not-this-report` when two columns have one name. */
  constructor(heading: readonly string[]) {
    for (const [place, name] of heading.entries()) {
      const key = plain(name);
      if (key === '') continue;
      if (this.#places.has(key)) {
        throw notThisReport(`it has two columns named "${name}"`);
      }
      this.#places.set(key, place);
    }
  }

  /** Throws `settlement.not-this-report`, naming what is missing. */
  require(report: string, names: readonly string[]): void {
    const missing = names.filter((name) => !this.#places.has(plain(name)));
    if (missing.length > 0) throw notThisReport(`it is no ${report}: it has no column ${missing.join(', ')}`);
  }

  has(name: string): boolean {
    return this.#places.has(plain(name));
  }

  /** '' where the record or the report has no such column. */
  of(record: readonly string[], name: string): string {
    const place = this.#places.get(plain(name));
    return place === undefined ? '' : (record[place] ?? '');
  }
}

const plain = (name: string): string => name.trim().toLowerCase();

const notThisReport = (why: string): HoldfastError =>
  new HoldfastError('settlement.not-this-report', `The report does not fit: ${why}.`, {
    remedy: 'operator',
    hint: 'Compare the file with --acquirer, and a report of another bank with settlement.formats in the configuration.',
  });
