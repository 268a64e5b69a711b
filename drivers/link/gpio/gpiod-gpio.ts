import { HoldfastError, messageOf } from '../../../src/platform/errors.ts';
import { ConnectionEnd } from '../connection-end.ts';
import { chooseChip, type GpioChip } from './choose-chip.ts';
import {
  type GpioDrive,
  type GpioInputs,
  type GpioOpener,
  type GpioOutputs,
  type GpioPort,
  gpioUnavailable,
  type InputOptions,
  type Level,
  lineBusy,
  unknownLine,
} from './gpio.ts';
import {
  chipsOf,
  edgeOf,
  type Generation,
  generationOf,
  getArguments,
  levelsOf,
  monitorArguments,
  monitorBanner,
  prompt,
  setArguments,
  setCommand,
} from './gpiod-tools.ts';
import { ToolFailure, type ToolProcess, Tools } from './tool-process.ts';

export interface GpiodGpioOptions {
  /** Label of the chip; empty: see {@link chooseChip}. */
  readonly chip: string;
  /** Folder of `gpioset` and its companions; empty: found on PATH. */
  readonly folder?: string;
}

/**
 * GPIO through the programs of Debian's package `gpiod`, for systems without `/sys/class/gpio`: no addon to compile, but a
 * process between us and the pins (see {@link GpioPort.pace}).
 */
export function gpiodGpio(options: GpiodGpioOptions): GpioOpener {
  const tools = new Tools(options.folder ?? '');
  return {
    description: `GPIO${options.chip === '' ? '' : ` ${options.chip}`} (gpiod)`,
    async open(signal) {
      try {
        const version = await tools.run('gpioset', ['--version'], signal);
        const generation = generationOf(version);
        if (generation === undefined) throw new ToolFailure(`gpioset is of an unknown version: ${version.trim()}`);
        const chip = chooseChip(chipsOf(await tools.run('gpiodetect', [], signal)), options.chip);
        return new GpiodPort(tools, generation, chip);
      } catch (error) {
        throw explain(error, [], options.chip);
      }
    },
  };
}

class GpiodPort implements GpioPort {
  readonly pace: 'piped' | 'process-each';
  readonly #tools: Tools;
  readonly #generation: Generation;
  readonly #chip: GpioChip;
  readonly #end = new ConnectionEnd();
  /** Ends whatever runs for this port. */
  readonly #life = new AbortController();
  readonly #running = new Set<ToolProcess>();
  readonly #requested = new Set<number>();

  constructor(tools: Tools, generation: Generation, chip: GpioChip) {
    this.#tools = tools;
    this.#generation = generation;
    this.#chip = chip;
    this.pace = generation === 2 ? 'piped' : 'process-each';
  }

  onClose(listener: (reason: string) => void): void {
    this.#end.onClose(listener);
  }

  async requestInputs(lines: readonly number[], options: InputOptions = {}): Promise<GpioInputs> {
    this.#take(lines);
    const { pull = 'none', onChange } = options;
    const get = async (): Promise<Level[]> => {
      const answer = await this.#run(lines, 'gpioget', getArguments(this.#generation, this.#chip.name, lines, pull));
      const levels = levelsOf(answer, lines.length);
      if (levels === undefined) throw gpioUnavailable(`gpioget gave no levels: ${answer.trim()}`, updateTools);
      return levels;
    };
    const levels = await get();
    if (onChange === undefined) return { read: get };
    await this.#monitor(lines, pull, ({ line, level }) => {
      const index = lines.indexOf(line);
      if (index < 0 || levels[index] === level) return;
      levels[index] = level;
      onChange(line, level);
    });
    return {
      read: async () => {
        this.#checkOpen();
        return [...levels];
      },
    };
  }

  async requestOutputs(
    lines: readonly number[],
    initial: readonly Level[],
    drive: GpioDrive = 'push-pull',
  ): Promise<GpioOutputs> {
    this.#take(lines);
    return this.#generation === 2
      ? this.#interactiveOutputs(lines, initial, drive)
      : this.#respawnedOutputs(lines, initial, drive);
  }

  async close(): Promise<void> {
    this.#end.end('closed by us');
    this.#life.abort();
    const running = [...this.#running];
    for (const tool of running) tool.kill();
    await Promise.all(running.map((tool) => tool.ended));
  }

  async #monitor(
    lines: readonly number[],
    pull: NonNullable<InputOptions['pull']>,
    onEdge: (edge: { line: number; level: Level }) => void,
  ): Promise<void> {
    const tool = this.#start(lines, 'gpiomon', monitorArguments(this.#generation, this.#chip.name, lines, pull));
    const ready = new Promise<void>((resolve) => {
      if (this.#generation === 1) resolve(tool.started);
      onLines(tool, (text) => {
        const edge = edgeOf(text);
        if (edge !== undefined) onEdge(edge);
        else if (monitorBanner.test(text)) resolve();
      });
    });
    await this.#orFailure(lines, tool, ready);
  }

  /** 2.x: one process holds the lines and takes commands; its next prompt says that a command was carried out. */
  async #interactiveOutputs(
    lines: readonly number[],
    initial: readonly Level[],
    drive: GpioDrive,
  ): Promise<GpioOutputs> {
    const tool = this.#start(lines, 'gpioset', setArguments(2, this.#chip.name, lines, initial, drive));
    const shown = lines.map((_, index) => initial[index] ?? 0);
    let output = '';
    let prompted: (() => void) | null = null;
    tool.onOutput((text) => {
      output = (output + text).slice(-200);
      if (!output.endsWith(prompt)) return;
      output = '';
      prompted?.();
    });
    const nextPrompt = (): Promise<void> =>
      new Promise((resolve) => {
        prompted = resolve;
      });
    await this.#orFailure(lines, tool, nextPrompt());
    return {
      write: inTurn(async (levels) => {
        this.#checkOpen();
        const changes = lines.flatMap((line, index) => {
          const level = levels[index] ?? 0;
          return shown[index] === level ? [] : [[line, level] as const];
        });
        if (changes.length === 0) return;
        const done = nextPrompt();
        tool.write(setCommand(changes));
        await this.#orFailure(lines, tool, done);
        for (const [line, level] of changes) shown[lines.indexOf(line)] = level;
      }),
    };
  }

  /** 1.x: setting is a process of its own; only when it has ended is the level applied. Another one then holds the lines. */
  async #respawnedOutputs(lines: readonly number[], initial: readonly Level[], drive: GpioDrive): Promise<GpioOutputs> {
    let holder: ToolProcess | null = null;
    const set = inTurn(async (levels: readonly Level[]) => {
      this.#checkOpen();
      const previous = holder;
      holder = null;
      if (previous !== null) {
        this.#running.delete(previous);
        previous.kill();
        await previous.ended;
      }
      await this.#run(lines, 'gpioset', setArguments(1, this.#chip.name, lines, levels, drive, 'once'));
      holder = this.#start(lines, 'gpioset', setArguments(1, this.#chip.name, lines, levels, drive));
    });
    await set(initial);
    return { write: set };
  }

  #take(lines: readonly number[]): void {
    this.#checkOpen();
    for (const line of lines) {
      if (!Number.isInteger(line) || line < 0 || line >= this.#chip.lines) throw unknownLine(line, this.#chip.label);
      if (this.#requested.has(line)) throw lineBusy(line);
    }
    for (const line of lines) this.#requested.add(line);
  }

  #checkOpen(): void {
    if (this.#end.reason === null) return;
    throw gpioUnavailable(`GPIO is closed: ${this.#end.reason}`, 'It is opened again by itself.');
  }

  async #run(lines: readonly number[], program: string, args: readonly string[]): Promise<string> {
    this.#checkOpen();
    try {
      return await this.#tools.run(program, args, this.#life.signal);
    } catch (error) {
      throw explain(error, lines, this.#chip.label);
    }
  }

  /** Starts a process that should run as long as the port; when it ends by itself, so does the port. */
  #start(lines: readonly number[], program: string, args: readonly string[]): ToolProcess {
    const tool = this.#tools.start(program, args);
    this.#running.add(tool);
    void tool.ended.then((failure) => {
      if (!this.#running.delete(tool)) return;
      this.#end.end(explain(failure ?? new ToolFailure(`${program} has ended`), lines, this.#chip.label).message);
      this.#life.abort();
      for (const other of this.#running) other.kill();
    });
    return tool;
  }

  async #orFailure(lines: readonly number[], tool: ToolProcess, done: Promise<void>): Promise<void> {
    const failed = tool.ended.then((failure) => {
      throw explain(failure ?? new ToolFailure('gpiod has ended'), lines, this.#chip.label);
    });
    // It ends some day; by then nobody waits for it any more.
    failed.catch(() => undefined);
    await Promise.race([done, failed]);
  }
}

const updateTools = 'Install the package again ("apt-get install gpiod").';

/** Why a program of `gpiod` failed, for the person in front of the till. */
function explain(error: unknown, lines: readonly number[], chip: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const named = lines.join(', ');
  if (error instanceof ToolFailure && error.missing) {
    return gpioUnavailable(
      'the programs of the package gpiod are not installed',
      'Install them ("apt-get install gpiod").',
      error,
    );
  }
  const message = messageOf(error);
  if (/resource busy/i.test(message)) return lineBusy(named, error);
  if (/invalid argument|out of range|offset/i.test(message)) return unknownLine(named, chip, error);
  if (/permission denied/i.test(message)) {
    return gpioUnavailable('no permission to use GPIO', 'Add the user that runs the till to the group gpio.', error);
  }
  return gpioUnavailable(`GPIO can’t be used: ${message}`, updateTools, error);
}

/** The lines that a program prints; over-long ones are noise and dropped. */
function onLines(tool: ToolProcess, listener: (line: string) => void): void {
  let rest = '';
  tool.onOutput((text) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, 200);
    for (const line of lines) listener(line);
  });
}

/** Calls one after the other, whatever came of those before. */
function inTurn<Argument>(task: (argument: Argument) => Promise<void>): (argument: Argument) => Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  return (argument) => {
    const mine = turn.then(() => task(argument));
    turn = mine.catch(() => undefined);
    return mine;
  };
}
