import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Claim, FleetPlace } from '../../src/fleet/enrolment.ts';
import { memoryOf } from '../kit/memory.ts';
import type { Answers, Looked, Order } from './orders.ts';

const program = fileURLToPath(new URL('./terminals.js', import.meta.url));
const mostInOne = 2500;

interface Part {
  readonly child: ChildProcess;
  readonly count: number;
  /** MB before the first terminal, and bytes of its heap. */
  readonly empty: number;
  readonly emptyHeap: number;
}

/** Simulated terminals in as few processes as bear them. */
export class TerminalProcesses {
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  static async start(count: number): Promise<TerminalProcesses> {
    const parts: Part[] = [];
    for (let left = count; left > 0; left -= mostInOne) {
      const child = fork(program, { execArgv: ['--expose-gc'] });
      const { heap } = await tell(child, { do: 'weigh' });
      parts.push({
        child,
        count: Math.min(left, mostInOne),
        empty: memoryOf(child.pid ?? 0).resident,
        emptyHeap: heap,
      });
    }
    return new TerminalProcesses(parts);
  }

  /** Milliseconds that each took to join. */
  async enrol(place: FleetPlace, claim: Claim, atATime: number): Promise<number[]> {
    const each = Math.ceil(atATime / this.#parts.length);
    const answers = await this.#all(({ count }) => ({ do: 'enrol', count, atATime: each, place, claim }));
    return answers.flatMap(({ took }) => took);
  }

  async run(atATime: number): Promise<void> {
    await this.#all(() => ({ do: 'start', atATime: Math.ceil(atATime / this.#parts.length) }));
  }

  async pace(isSelling: boolean, hurry: number): Promise<void> {
    await this.#all(() => ({ do: 'pace', isSelling, hurry }));
  }

  async watch(): Promise<void> {
    await this.#all(() => ({ do: 'watch' }));
  }

  /** Milliseconds until each answer, and how many questions had none. */
  async ask(seconds: number, perSecond: number): Promise<Answers['ask']> {
    const answers = await this.#all(() => ({ do: 'ask', seconds, perSecond: perSecond / this.#parts.length }));
    return {
      took: answers.flatMap(({ took }) => took),
      unanswered: answers.reduce((sum, { unanswered }) => sum + unanswered, 0),
    };
  }

  async look(): Promise<Looked> {
    const all = await this.#all(() => ({ do: 'look' }));
    return { cameOnline: all.flatMap(({ cameOnline }) => cameOnline) };
  }

  /** What one terminal takes, KiB: of the process' memory, and of its heap alone. Collects garbage first. */
  async memoryOfOne(): Promise<{ readonly resident: number; readonly heap: number }> {
    const heap = (await this.#all(() => ({ do: 'weigh' }))).reduce((total, weighed) => total + weighed.heap, 0);
    const sum = (of: (part: Part) => number): number => this.#parts.reduce((total, part) => total + of(part), 0);
    const count = sum((part) => part.count);
    const resident = sum(({ child, empty }) => memoryOf(child.pid ?? 0).resident - empty) * 1024;
    return { resident: resident / count, heap: (heap - sum(({ emptyHeap }) => emptyHeap)) / 1024 / count };
  }

  end(): void {
    for (const { child } of this.#parts) child.kill();
  }

  #all<Name extends Order['do']>(
    order: (part: Part) => Extract<Order, { readonly do: Name }>,
  ): Promise<readonly Answers[Name][]> {
    return Promise.all(this.#parts.map((part) => tell(part.child, order(part))));
  }
}

/** One order at a time a process. */
function tell<Name extends Order['do']>(
  child: ChildProcess,
  order: Extract<Order, { readonly do: Name }>,
): Promise<Answers[Name]> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error(`the terminals' process ended at "${order.do}"`));
    child.once('exit', ended);
    child.once('message', (answer: { readonly answer: Answers[Name] } | { readonly error: string }) => {
      child.off('exit', ended);
      if ('error' in answer) reject(new Error(`${order.do}: ${answer.error}`));
      else resolve(answer.answer);
    });
    child.send(order);
  });
}
