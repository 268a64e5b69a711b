import type { Money } from '../money/money.ts';
import type { Stamp } from '../platform/clock.ts';
import type { ShiftId, TerminalId } from '../platform/ids.ts';

/** A shift's running sums. */
export interface ShiftFigures {
  readonly shiftId: ShiftId;
  readonly cashier: string;
  readonly openedAt: Stamp;
  readonly float: Money;
  /** How many. */
  readonly sales: number;
  readonly cashSales: Money;
  readonly cardSales: Money;
  /** By the shop's own tenders, foreign cash (by currency), `rounding` and `exchange`; absent: none. */
  readonly otherSales?: Readonly<Record<string, Money>>;
  /** How many. */
  readonly returns: number;
  /** As positive amounts. */
  readonly cashRefunds: Money;
  readonly cardRefunds: Money;
  readonly cashIn: Money;
  readonly cashOut: Money;
  /** float + cashSales − cashRefunds + cashIn − cashOut. */
  readonly expectedCash: Money;
}

/** The figures of a shift: X at any time, which changes nothing, Z when it is closed. */
export interface ShiftReport extends ShiftFigures {
  readonly kind: 'X' | 'Z';
  readonly terminalId: TerminalId;
  /** When the report was made. */
  readonly at: Stamp;
  /** Sales and returns of this till that Magento does not have yet, of any shift; absent: not asked. */
  readonly unconfirmed?: number;
  /** Z only: the cash that was counted; null when nobody counted. */
  readonly counted: Money | null;
}
