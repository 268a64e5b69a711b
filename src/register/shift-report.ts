import type { Money } from '../money/money.ts';
import type { Stamp } from '../platform/clock.ts';
import type { ShiftId, TerminalId } from '../platform/ids.ts';

/** The figures of a shift: X at any time, Z when it is closed. */
export interface ShiftReport {
  readonly kind: 'X' | 'Z';
  readonly terminalId: TerminalId;
  readonly shiftId: ShiftId;
  readonly cashier: string;
  readonly openedAt: Stamp;
  /** When the report was made. */
  readonly at: Stamp;
  readonly float: Money;
  readonly sales: number;
  readonly cashSales: Money;
  readonly cardSales: Money;
  /** By the shop's own tenders, foreign cash, `rounding` and `exchange`; absent: none. */
  readonly otherSales?: Readonly<Record<string, Money>>;
  readonly returns: number;
  /** As positive amounts. */
  readonly cashRefunds: Money;
  readonly cardRefunds: Money;
  readonly cashIn: Money;
  readonly cashOut: Money;
  readonly expectedCash: Money;
  /** Sales and returns of this till that Magento does not have yet, of any shift. */
  readonly unconfirmed?: number;
  /** Z only: the cash that was counted; null when nobody counted. */
  readonly counted: Money | null;
}
