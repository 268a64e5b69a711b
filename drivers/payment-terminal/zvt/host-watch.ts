import type { HostState } from '../payment-terminal.ts';

/** Result codes with which a terminal says that it could not reach its host: dial-up fault, no answer, no connection. */
const unreachable: ReadonlySet<number> = new Set([0x7d, 0x9b, 0xa1, 0xa3]);

/** What the terminal's answers tell about the acquirer's host. */
export class HostWatch {
  readonly #listeners = new Set<() => void>();
  #state: HostState = 'unknown';

  get state(): HostState {
    return this.#state;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  sawCode(code: number): void {
    if (unreachable.has(code)) this.saw('unreachable');
    // Codes of the bank can only come from it.
    else if (code >= 1 && code <= 99) this.saw('reachable');
  }

  saw(state: HostState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
