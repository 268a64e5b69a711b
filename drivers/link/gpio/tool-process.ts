import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../src/platform/errors.ts';

/** Runs programs of one folder (`''`: found on PATH) in plain English, because their error messages are read. */
export class Tools {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A program that runs until it is killed, and dies with us even when we are: it would otherwise hold its lines for ever, and a
   * 2.x `gpioset` whose input ended would loop.
   */
  start(program: string, args: readonly string[]): ToolProcess {
    return existsSync(setpriv)
      ? this.#spawn(program, setpriv, ['--pdeathsig', 'KILL', this.#pathOf(program), ...args])
      : this.#spawn(program, this.#pathOf(program), args);
  }

  #pathOf(program: string): string {
    return this.#folder === '' ? program : join(this.#folder, program);
  }

  #spawn(program: string, file: string, args: readonly string[]): ToolProcess {
    const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
    return new ToolProcess(program, spawn(file, args, { stdio: 'pipe', env }));
  }

  /** What it printed. Rejects with {@link ToolFailure} when it ends otherwise than well, or is killed by `signal`. */
  async run(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
    const tool = this.#spawn(program, this.#pathOf(program), args);
    const kill = (): void => tool.kill();
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, { once: true });
    let answer = '';
    tool.onOutput((text) => {
      if (answer.length < longestAnswer) answer += text;
    });
    try {
      const failure = await tool.ended;
      if (failure !== null) throw failure;
      return answer;
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }
}

/** From Debian's util-linux: lets the kernel kill a program when its parent dies. */
const setpriv = '/usr/bin/setpriv';

/** No honest answer is longer. */
const longestAnswer = 64 * 1024;

/** A program that ended with an error; `missing` when there is no such program. */
export class ToolFailure extends Error {
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

/** One running program. */
export class ToolProcess {
  /** Resolves when it has ended and all it said has been heard: null, or what went wrong. Never rejects. */
  readonly ended: Promise<ToolFailure | null>;
  /** Resolves when it runs, or could not be started. */
  readonly started: Promise<void>;
  readonly #child: ChildProcess;

  constructor(program: string, child: ChildProcess) {
    this.#child = child;
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (complaint.length < 500) complaint += text;
    });
    // A program that ends while it is written to must not end us; `ended` tells.
    child.stdin?.on('error', () => undefined);
    this.started = new Promise((resolve) => {
      child.once('spawn', resolve).once('error', () => resolve());
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        resolve(new ToolFailure(messageOf(error), error.code === 'ENOENT')),
      );
      child.once('close', (code, signal) => {
        const words = complaint.trim().split('\n')[0] || `ended with ${signal ?? `code ${code}`}`;
        resolve(code === 0 ? null : new ToolFailure(`${program}: ${words.replace(/^\S*gpio\w+: /, '')}`));
      });
    });
  }

  onOutput(listener: (text: string) => void): void {
    this.#child.stdout?.setEncoding('utf8').on('data', listener);
  }

  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
