import { expect } from 'vitest';

/** Patience of a test that waits for a real interface: generous, because it is only spent when something is wrong. */
export const patience = { timeout: 240_000, interval: 5 };

/** Resolves when `condition` holds; fails the test after {@link patience}. */
export const until = (condition: () => boolean): Promise<void> => expect.poll(condition, patience).toBe(true);
