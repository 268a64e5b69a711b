import type { Columns, CsvOptions } from './csv-table.ts';
import type { SettlementRow } from './settlement-row.ts';

/** How one acquirer writes its report. */
export interface ReportFormat {
  /** For people. */
  readonly name: string;
  /** Columns without which it is not this report. */
  readonly columns: readonly string[];
  readonly csv?: CsvOptions;
  /** Throws `settlement.bad-row` with what is wrong. */
  read(record: readonly string[], columns: Columns, line: number): SettlementRow;
}
