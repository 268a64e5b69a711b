import { type TerminalConfig, terminalConfigSchema } from '../../src/config/schema.ts';
import { kioskSettings, tillConfig } from '../../src/showroom/till-config.ts';
import type { Habits } from './person.ts';

export type ProfileName = 'stall' | 'kiosk';

/** A way to use a till. */
export interface Profile {
  readonly habits: Omit<Habits, 'articles'>;
  /** Hours of the day, from six in the morning on. */
  readonly opens: number;
  readonly closes: number;
  /** Share of the days that end with the plug pulled; the others end with a shutdown. */
  readonly unplugged: number;
}

const minute = 60_000;

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  /** A morning's market: cash and cards, second thoughts, and the plug is pulled to go home. */
  stall: {
    habits: { cash: true, betweenCustomers: 24 * minute, secondThoughts: 0.12 },
    opens: 2,
    closes: 4.5,
    unplugged: 0.7,
  },
  /** Customers serve themselves, by card only; a time switch ends the day, mostly in an orderly way. */
  kiosk: {
    habits: { cash: false, betweenCustomers: 28 * minute, secondThoughts: 0.06 },
    opens: 8,
    closes: 11,
    unplugged: 0.3,
  },
};

/** The till as its owner has configured it for the recorded shop; it copies the shop
 * once a day and looks every five minutes whether it is there: what happens between is what costs time here. */
export function simulatedConfig(token: string, profile: ProfileName): TerminalConfig {
  const sockets = { shop: 1, keypad: 1, display: 1, printer: 1, scanner: 1, cardTerminal: 1 };
  const config = tillConfig(sockets, '/data', token);
  return terminalConfigSchema.parse({
    ...config,
    ...(profile === 'kiosk' ? kioskSettings : {}),
    magento: { ...config.magento, baseUrl: 'http://shop.example', settleAfter: 120_000 },
    sync: { retryEvery: 5 * minute },
    snapshot: { refreshEvery: 18 * 60 * minute },
    payments: { acquirer: 'simulated', offline: { allowed: true } },
  });
}
