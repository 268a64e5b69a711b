import type { Stamp } from '../platform/clock.ts';
import type { CustomerKey, TerminalId } from '../platform/ids.ts';

/** A customer made at the till, perhaps offline; Magento gets it before the first sale that uses it. Never changed once written. */
export interface NewCustomer {
  readonly version: 1;
  readonly customerKey: CustomerKey;
  /** What Magento tells customers apart by. */
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly phone: string | null;
  /** Magento's customer group. */
  readonly groupId: number;
  readonly stamp: Stamp;
  readonly terminalId: TerminalId;
}
