import { isHoldfastError, messageOf } from '../../platform/errors.ts';
import { Columns, csvRecords, usualCsv } from './csv-table.ts';
import type { ReportFormat } from './report-format.ts';
import type { ReportLine } from './settlement-row.ts';

/** The lines of a CSV report as they come. Throws `settlement.not-csv`, `settlement.not-this-report`. */
export async function* readReport(bytes: AsyncIterable<Uint8Array>, format: ReportFormat): AsyncGenerator<ReportLine> {
  let columns: Columns | null = null;
  let line = 0;
  for await (const record of csvRecords(bytes, format.csv ?? usualCsv)) {
    if (columns === null) {
      columns = new Columns(record);
      columns.require(format.name, format.columns);
      continue;
    }
    line += 1;
    yield readLine(record, columns, format, line);
  }
  // An empty file is no report, and no settlement of nothing.
  if (columns === null) new Columns([]).require(format.name, format.columns);
}

function readLine(record: readonly string[], columns: Columns, format: ReportFormat, line: number): ReportLine {
  try {
    return { kind: 'row', row: format.read(record, columns, line) };
  } catch (error) {
    if (!isHoldfastError(error, 'settlement.bad-row')) throw error;
    return { kind: 'unreadable', unreadable: { line, words: messageOf(error) } };
  }
}
