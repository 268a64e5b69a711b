import { createHash } from 'node:crypto';
import type { Logger } from '../../src/platform/log.ts';
import type { SimulatedTime } from './time.ts';

/** What the software says when it met something that it was not written for. */
const mistakes: ReadonlySet<string> = new Set([
  'the till failed at one input',
  'event listener failed',
  'listener of the outbox failed',
  'a listener for the journal failed',
  'the card terminal driver failed',
  'the drawer driver failed',
]);

/**
 * What happens in a world, line by line: what people and devices see, what goes over the network, what the till logs. The
 * lines are hashed, so that two runs of a seed can be compared byte for byte; the latest are kept for whoever looks into it.
 */
export class Trace {
  readonly #time: SimulatedTime;
  readonly #hash = createHash('sha256');
  readonly #kept: string[] = [];
  readonly #keep: number;
  #waiting = '';

  constructor(time: SimulatedTime, keep: number) {
    this.#time = time;
    this.#keep = keep;
  }

  note(what: string): void {
    const line = `${this.#time.now.toFixed(3)} ${what}\n`;
    this.#waiting += line;
    if (this.#waiting.length > 65_536) this.#flush();
    if (this.#keep === 0) return;
    this.#kept.push(line);
    if (this.#kept.length > 2 * this.#keep) this.#kept.splice(0, this.#keep);
  }

  /** The last lines, oldest first. */
  get lines(): readonly string[] {
    return this.#kept.slice(-this.#keep);
  }

  /** Of everything; the trace ends with it. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  /** The till's log as part of the trace; `onMistake` hears of what can only be a mistake in the software. */
  logger(onMistake: (words: string) => void): Logger {
    const at =
      (level: string) =>
      (fields: Readonly<Record<string, unknown>>, message: string): void => {
        const words = `${message} ${JSON.stringify(fields)}`;
        this.note(`${level} ${words}`);
        if (mistakes.has(message)) onMistake(words);
      };
    const logger: Logger = {
      debug() {},
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: () => logger,
    };
    return logger;
  }

  #flush(): void {
    this.#hash.update(this.#waiting);
    this.#waiting = '';
  }
}
