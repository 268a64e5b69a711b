import type { World } from './world.ts';

/**
 * One step of a scenario: an exchange to replay, an observation to check, or something that must have happened before.
 * A scenario runs in one shop of its own.
 */
export type Step =
  | string
  | { readonly observation: string; readonly check: (world: World) => void | Promise<void> }
  | ((world: World) => unknown);

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

export const observation = (name: string, check: (world: World) => void | Promise<void>): Step => ({
  observation: name,
  check,
});
