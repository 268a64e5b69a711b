import { hundredths } from '../../money/money.ts';
import { badRow, type DateFormat, readAmount, readDate } from './amounts-and-dates.ts';
import type { CsvOptions } from './csv-table.ts';
import type { ReportFormat } from './report-format.ts';
import type { SettlementRow, SettlementRowKind } from './settlement-row.ts';

/** Which column of a bank's report means what; from the configuration (`settlement.formats`). */
export interface ColumnMapping extends CsvOptions {
  readonly columns: {
    /** The row's own name. */
    readonly reference: string | null;
    readonly psp: string | null;
    readonly merchant: string | null;
    readonly tender: string | null;
    readonly authorizationCode: string | null;
    /** One column with a sign, or one each for money in and out. */
    readonly amount: string | null;
    readonly credit: string | null;
    readonly debit: string | null;
    readonly currency: string | null;
    readonly date: string | null;
    readonly type: string | null;
  };
  readonly decimalSeparator: '.' | ',';
  readonly dateFormat: DateFormat;
  /** What the column `type` says → what it means; what is not named is no payment. Without that column the sign decides. */
  readonly types: Readonly<Record<string, SettlementRowKind>>;
}

/** Any bank's CSV report by a mapping of its columns. `name` is part of every row's reference. */
export function mappedReport(name: string, mapping: ColumnMapping): ReportFormat {
  const { columns: names, decimalSeparator } = mapping;
  const types = new Map(Object.entries(mapping.types).map(([type, kind]) => [type.toLowerCase(), kind]));
  return {
    name: `report "${name}"`,
    columns: Object.values(names).filter((column) => column !== null),
    csv: mapping,
    read(record, columns, line) {
      const of = (column: string | null): string => (column === null ? '' : columns.of(record, column));
      const signed =
        names.amount === null
          ? hundredths(
              Math.abs(readAmount(of(names.credit), decimalSeparator)) -
                Math.abs(readAmount(of(names.debit), decimalSeparator)),
            )
          : readAmount(of(names.amount), decimalSeparator);
      const type = of(names.type);
      const at = readDate(of(names.date), mapping.dateFormat);
      const row = {
        line,
        kind: names.type === null ? (signed < 0 ? 'refund' : 'payment') : (types.get(type.toLowerCase()) ?? 'other'),
        names: {
          psp: textOrNull(of(names.psp)),
          merchant: textOrNull(of(names.merchant)),
          tender: textOrNull(of(names.tender)),
          authorizationCode: textOrNull(of(names.authorizationCode)),
        },
        amount: hundredths(Math.abs(signed)),
        currency: textOrNull(of(names.currency)),
        at,
        type: type === '' ? (signed < 0 ? 'money out' : 'money in') : type,
      } as const;
      if (row.kind !== 'other' && Object.values(row.names).every((value) => value === null)) {
        throw badRow('it names no payment');
      }
      return { ...row, reference: referenceOf(name, of(names.reference), row) };
    },
  };
}

/** The bank's own name of the row; else what makes it this row and no other. */
function referenceOf(report: string, own: string, row: Omit<SettlementRow, 'reference'>): string {
  if (own !== '') return `${report}:${own}`;
  const { psp, merchant, tender, authorizationCode } = row.names;
  return [
    report,
    row.type,
    psp ?? merchant ?? tender ?? authorizationCode ?? `line ${row.line}`,
    row.amount,
    row.at ?? '',
  ].join(':');
}

const textOrNull = (text: string): string | null => (text === '' ? null : text);
