import { type Clock, hours, type Monotonic } from '../../platform/clock.ts';
import type { Capability, OptionalRecipe } from '../delivery/recipe.ts';

/** A module that was installed or removed meanwhile is noticed within this time. */
const lookAgainAfter = hours(1);

/** Whether the shop has the module, looked for now and then. */
export class ModulePresence {
  readonly #module: Pick<OptionalRecipe, 'look'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #seen: { readonly capability: Capability; readonly at: Monotonic } | null = null;

  constructor(module: Pick<OptionalRecipe, 'look'>, clock: Pick<Clock, 'monotonic'>) {
    this.#module = module;
    this.#clock = clock;
  }

  /** It was there at the last look. */
  get wasSeen(): boolean {
    return this.#seen?.capability.kind === 'there';
  }

  /** What was seen within the hour, or what is there now; in doubt, what was there last. */
  async look(signal: AbortSignal): Promise<Capability> {
    const now = this.#clock.monotonic();
    const before = this.#seen;
    if (before !== null && now - before.at < lookAgainAfter) return before.capability;
    const capability = await this.#module.look(signal);
    if (capability.kind === 'unknown') return before?.capability ?? capability;
    this.#seen = { capability, at: now };
    return capability;
  }
}
