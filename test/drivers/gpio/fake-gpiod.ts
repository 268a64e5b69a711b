import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Level } from '../../../drivers/link/gpio/gpio.ts';
import { MemoryGpioChip } from '../../../drivers/link/gpio/memory-gpio.ts';
import { isHoldfastError } from '../../../src/platform/errors.ts';

/** Options that each program knows, by generation: `--help` of 1.6.3, and the source of 2.2 (libgpiod, tools/). */
const known: Readonly<Record<1 | 2, Readonly<Record<string, readonly string[]>>>> = {
  1: {
    gpiodetect: [],
    gpioget: ['bias'],
    gpioset: ['bias', 'drive', 'mode', 'version'],
    gpiomon: ['bias', 'line-buffered', 'format'],
  },
  2: {
    gpiodetect: [],
    gpioget: ['bias', 'chip', 'numeric'],
    gpioset: ['bias', 'drive', 'interactive', 'chip', 'version'],
    gpiomon: ['bias', 'banner', 'format', 'chip'],
  },
};

interface Program {
  readonly tool: string;
  say(answer: { out?: string; err?: string; exit?: number }): void;
  onInput: (text: string) => void;
}

/** The programs of the package gpiod in a folder, both generations, over a chip in memory. Strict about their options. */
export class FakeGpiod {
  readonly chip = new MemoryGpioChip('pinctrl-bcm2711');
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-gpiod-'));
  readonly #generation: 1 | 2;
  readonly #sockets = new Map<Socket, Program>();
  readonly #server = createServer((socket) => this.#serve(socket));
  /** Answers instead of the real one, by program. */
  readonly instead = new Map<string, { out?: string; err?: string; exit?: number }>();

  constructor(generation: 1 | 2) {
    this.#generation = generation;
  }

  async start(): Promise<this> {
    const path = join(this.folder, 'chip.sock');
    await new Promise<void>((resolve) => this.#server.listen(path, resolve));
    const program = fileURLToPath(new URL('fake-gpio-program.mjs', import.meta.url));
    for (const tool of Object.keys(known[this.#generation])) {
      const file = join(this.folder, tool);
      writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${program}" "${path}" ${tool} "$@"\n`);
      chmodSync(file, 0o755);
    }
    return this;
  }

  /** As when the running program crashes. */
  crash(tool: string, words: string): void {
    for (const program of this.#sockets.values())
      if (program.tool === tool) program.say({ err: `${words}\n`, exit: 1 });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #serve(socket: Socket): void {
    let rest = '';
    let program: Program | null = null;
    socket.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + String(text)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message: { tool?: string; args?: string[]; input?: string } = JSON.parse(line);
        if (message.tool !== undefined) {
          program = {
            tool: message.tool,
            say: (answer) => {
              if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
            },
            onInput: () => undefined,
          };
          this.#sockets.set(socket, program);
          this.#run(program, message.args ?? [], socket);
        } else if (message.input !== undefined) program?.onInput(message.input);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.chip.release(socket);
    });
  }

  #run(program: Program, args: readonly string[], owner: Socket): void {
    const instead = this.instead.get(program.tool);
    if (instead !== undefined) {
      program.say(instead);
      return;
    }
    try {
      this.#obey(program, args, owner);
    } catch (error) {
      const reason = isHoldfastError(error, 'gpio.line-busy')
        ? 'Device or resource busy'
        : isHoldfastError(error, 'gpio.unknown-line')
          ? 'Invalid argument'
          : String(error);
      program.say({ err: `${program.tool}: error requesting lines: ${reason}\n`, exit: 1 });
    }
  }

  #obey(program: Program, args: readonly string[], owner: Socket): void {
    const { options, words } = parse(args, known[this.#generation][program.tool] ?? [], this.#generation);
    if (options.has('version')) {
      program.say({ out: `gpioset (libgpiod) v${this.#generation === 1 ? '1.6.3' : '2.2.1'}\nmore words\n`, exit: 0 });
      return;
    }
    if (program.tool === 'gpiodetect') {
      program.say({ out: `gpiochip0 [${this.chip.label}] (${this.chip.size} lines)\n`, exit: 0 });
      return;
    }
    const chip = this.#generation === 1 ? words.shift() : options.get('chip');
    if (chip !== 'gpiochip0') throw new Error(`cannot find GPIO chip ${chip}`);
    const pull = options.get('bias') === 'pull-up' ? 'up' : 'none';
    if (program.tool === 'gpioget') {
      const lines = words.map(Number);
      this.chip.request(
        owner,
        lines,
        lines.map(() => ({ pull }) as const),
      );
      const out = `${lines.map((line) => this.chip.level(line)).join(' ')}\n`;
      this.chip.release(owner);
      program.say({ out, exit: 0 });
    } else if (program.tool === 'gpiomon') this.#monitor(program, words.map(Number), pull, owner);
    else this.#set(program, words, options, owner);
  }

  #monitor(program: Program, lines: readonly number[], pull: 'up' | 'none', owner: Socket): void {
    const edge = (level: Level): string | number =>
      this.#generation === 1 ? level : level === 1 ? 'rising' : 'falling';
    const onChange = (line: number, level: Level): void => program.say({ out: `${line} ${edge(level)}\n` });
    this.chip.request(
      owner,
      lines,
      lines.map(() => ({ pull, onChange })),
    );
    if (this.#generation === 2) program.say({ out: `Monitoring line${lines.length > 1 ? 's' : ''} ...\n` });
  }

  #set(program: Program, words: readonly string[], options: ReadonlyMap<string, string>, owner: Socket): void {
    const openDrain = options.get('drive') === 'open-drain';
    const valuesOf = (texts: readonly string[]): [number, Level | null][] =>
      texts.map((text) => {
        const [, line, value] = /^(\d+)=([01])$/.exec(text) ?? [];
        if (line === undefined) throw new Error(`invalid line value: '${text}'`);
        return [Number(line), value === '0' ? 0 : openDrain ? null : 1];
      });
    const values = valuesOf(words);
    this.chip.request(
      owner,
      values.map(([line]) => line),
      values.map(([, driven]) => ({ driven })),
    );
    if (this.#generation === 1) {
      if (options.get('mode') === 'exit') {
        this.chip.release(owner);
        program.say({ exit: 0 });
      }
      return;
    }
    program.onInput = (text) => {
      for (const command of text.split('\n').filter((line) => line !== '')) {
        const [verb, ...changed] = command.split(' ');
        if (verb !== 'set') throw new Error(`unknown command: '${verb}'`);
        const changes = valuesOf(changed);
        this.chip.setDriven(
          changes.map(([line]) => line),
          changes.map(([, driven]) => driven),
        );
        program.say({ out: 'gpioset> ' });
      }
    };
    program.say({ out: 'gpioset> ' });
  }
}

function parse(
  args: readonly string[],
  allowed: readonly string[],
  generation: 1 | 2,
): { options: Map<string, string>; words: string[] } {
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const text = args[index] ?? '';
    if (!text.startsWith('--')) {
      words.push(text);
      continue;
    }
    const [name = '', value = ''] = text.slice(2).split(/=(.*)/s);
    if (!allowed.includes(name)) throw new Error(`unrecognized option '${text}'`);
    if (generation === 2 && name === 'chip' && value === '') {
      index += 1;
      options.set(name, args[index] ?? '');
    } else options.set(name, value);
  }
  return { options, words };
}
