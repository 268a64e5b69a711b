/** What {@link TimeTrust} asks of the machine. */
export interface TimeSources {
  /** Whether systemd-timesyncd has set the time in this boot (it then makes a file under /run, which a boot empties). */
  timesyncdHasSetIt(): boolean;
  /** Whether the kernel believes so, whoever set it (chrony, ntpd); undefined where that can't be asked. */
  kernelBelievesIt(): Promise<boolean | undefined>;
  /** Milliseconds that never go back. */
  monotonic(): number;
}

/** Milliseconds between two looks at a file, and between two questions that start a process. */
const lookEvery = 1_000;
const askEvery = 30_000;

/**
 * Whether wall time was set from the network in this boot. Once true it stays true: a clock that was right does not become
 * wrong when the network goes. Cheap enough to ask for every record.
 */
export class TimeTrust {
  readonly #sources: TimeSources;
  #trusted = false;
  #looked = Number.NEGATIVE_INFINITY;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(sources: TimeSources) {
    this.#sources = sources;
  }

  /** What is known now; a question that takes time is answered for the next caller. */
  trusted(): boolean {
    if (this.#trusted) return true;
    const now = this.#sources.monotonic();
    if (now - this.#looked >= lookEvery) {
      this.#looked = now;
      this.#trusted = this.#sources.timesyncdHasSetIt();
    }
    if (!this.#trusted && now - this.#asked >= askEvery) {
      this.#asked = now;
      void this.#ask();
    }
    return this.#trusted;
  }

  async #ask(): Promise<void> {
    const answer = await this.#sources.kernelBelievesIt();
    if (answer === undefined) this.#asked = Number.POSITIVE_INFINITY;
    else this.#trusted ||= answer;
  }
}
