import type { BootId } from '../platform/clock.ts';
import { crc32c } from '../platform/crc32c.ts';
import type { AppendFile, DurableFiles } from '../platform/durable-files.ts';
import { type Formats, formats } from './format.ts';

/** How far numbers have gone. */
export interface Height {
  /** Of a record. */
  readonly sequence: number;
  /** Of a receipt; 0 when none was given. */
  readonly receipt: number;
}

/** What an anchor remembers. */
export interface AnchorReading {
  /** What the journal was written in last; the first formats where an anchor does not say. */
  readonly formats: Formats;
  /** At least this far records were acknowledged. Exact unless the machine (not the process alone) went down since. */
  readonly acknowledged: Height;
  /** No number beyond these can have been given. */
  readonly ceiling: Height;
  /** The boot in which `acknowledged` was last written. */
  readonly bootId: BootId | null;
  /** Which copies lack records that were acknowledged with the other alone. */
  readonly behind: Behind;
}

export interface Behind {
  readonly store: boolean;
  readonly tape: boolean;
}

export const neitherBehind: Behind = { store: false, tape: false };

const fileName = 'anchor';
/** After so many lines the file is written anew. */
const longest = 2000;
/** Numbers reserved at a time: a durable write of the anchor every so many records, and the most that damage can skip. */
const ahead: Height = { sequence: 256, receipt: 32 };

/**
 * A tiny file beside the two copies, so that no number is given twice even if both lose their end. Ceilings are durable
 * before a number below them is used, and raised beside the selling before they are reached; marks of what was acknowledged are
 * written without waiting for the medium, and so cost little and survive everything but a power cut. That a copy has fallen
 * behind is durable before anything is acknowledged without it, so that it is never taken for the whole.
 *
 * One line each: `<CRC-32C> <kind> <sequence> <receipt> <boot id>`; of kind `behind` the numbers say 0 or 1 for
 * store, tape; of kind `formats` which formats they are in.
 */
export class Anchor {
  readonly #files: DurableFiles;
  readonly #bootId: BootId;
  #reading: AnchorReading;
  #file: AppendFile | null = null;
  #lines: number;
  /** The end of everything that was asked for; it is written one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** What is to be marked next; null: nothing. */
  #unmarked: Height | null = null;
  #raising = false;

  private constructor(files: DurableFiles, bootId: BootId, reading: AnchorReading, lines: number) {
    this.#files = files;
    this.#bootId = bootId;
    this.#reading = reading;
    this.#lines = lines;
  }

  /** For writing, continuing from what all the anchors said together. The first {@link raise} writes the file. */
  static continue(files: DurableFiles, bootId: BootId, reading: AnchorReading): Anchor {
    return new Anchor(files, bootId, reading, longest);
  }

  /** Makes sure that `height` may be used; durable when it resolves. Mostly it is already, and what comes next is seen to beside. */
  async raise(height: Height): Promise<void> {
    if (!this.#allows(height)) return this.#inTurn(() => this.#raiseTo(height));
    const soon = { sequence: height.sequence + ahead.sequence / 2, receipt: height.receipt + ahead.receipt / 2 };
    if (this.#raising || this.#allows(soon)) return;
    this.#raising = true;
    // One that fails is tried again, and told, when its numbers are needed.
    void this.#inTurn(() => this.#raiseTo(height))
      .catch(() => {})
      .finally(() => {
        this.#raising = false;
      });
  }

  #allows({ sequence, receipt }: Height): boolean {
    const { ceiling } = this.#reading;
    return this.#lines < longest && sequence <= ceiling.sequence && receipt <= ceiling.receipt;
  }

  async #raiseTo(height: Height): Promise<void> {
    const raised = higher(this.#reading.ceiling, beyond(height));
    await this.#writeDurably({ ceiling: raised }, line('ceiling', raised, this.#bootId));
  }

  /** Remembers which copies lack records; durable when it resolves. */
  async note(behind: Behind): Promise<void> {
    await this.#inTurn(async () => {
      const before = this.#reading.behind;
      if (before.store === behind.store && before.tape === behind.tape) return;
      await this.#writeDurably({ behind }, line('behind', flags(behind), this.#bootId));
    });
  }

  /** Remembers that everything up to `height` was acknowledged. Of several that wait only the last is written. */
  async mark(height: Height): Promise<void> {
    this.#unmarked = height;
    await this.#inTurn(async () => {
      const unmarked = this.#unmarked;
      if (unmarked === null) return;
      this.#unmarked = null;
      this.#reading = { ...this.#reading, acknowledged: unmarked, bootId: this.#bootId };
      this.#file ??= await this.#files.openForAppend(fileName);
      await this.#file.append(Buffer.from(line('acknowledged', unmarked, this.#bootId), 'utf8'));
      this.#lines++;
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#file?.sync();
      await this.#close();
    });
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  /** Adds a line, which mostly needs no new space and so works on a full disk; now and then writes the file anew. */
  async #writeDurably(change: Partial<AnchorReading>, added: string): Promise<void> {
    const reading = { ...this.#reading, ...change };
    if (this.#lines < longest) {
      this.#file ??= await this.#files.openForAppend(fileName);
      await this.#file.appendDurably(Buffer.from(added, 'utf8'));
      this.#lines++;
    } else {
      const { acknowledged, ceiling, bootId, behind } = reading;
      const text =
        line('ceiling', ceiling, this.#bootId) +
        line('acknowledged', acknowledged, bootId ?? this.#bootId) +
        line('behind', flags(behind), this.#bootId) +
        line('formats', { sequence: formats.store, receipt: formats.tape }, this.#bootId);
      await this.#close();
      await this.#files.replace(fileName, Buffer.from(text, 'utf8'));
      this.#lines = 4;
    }
    this.#reading = reading;
  }
}

/** Numbers so far reserved beyond `height` when no anchor is left to tell. */
export function beyond(height: Height): Height {
  return { sequence: height.sequence + ahead.sequence, receipt: height.receipt + ahead.receipt };
}

/** The anchor in this folder; undefined if there is none or nothing in it can be read. */
export async function readAnchor(files: DurableFiles): Promise<AnchorReading | undefined> {
  const entry = (await files.list()).find(({ name }) => name === fileName);
  if (entry === undefined) return undefined;
  const text = Buffer.from(await files.read(fileName, 0, entry.size)).toString('utf8');
  let reading: AnchorReading | undefined;
  for (const written of text.split('\n')) {
    const match = /^([0-9a-f]{8}) ((ceiling|acknowledged|behind|formats) (\d+) (\d+) (\S+))$/.exec(written);
    if (!match || crcOf(match[2] ?? '') !== match[1]) continue;
    const height = { sequence: Number(match[4]), receipt: Number(match[5]) };
    reading ??= { formats: first, acknowledged: nothing, ceiling: nothing, bootId: null, behind: neitherBehind };
    if (match[3] === 'ceiling') reading = { ...reading, ceiling: higher(reading.ceiling, height) };
    else if (match[3] === 'formats') {
      reading = { ...reading, formats: { store: height.sequence, tape: height.receipt } };
    } else if (match[3] === 'behind') {
      reading = { ...reading, behind: { store: height.sequence > 0, tape: height.receipt > 0 } };
    } else {
      const acknowledged = higher(reading.acknowledged, height);
      reading = { ...reading, acknowledged, bootId: (match[6] ?? '') as BootId };
    }
  }
  return reading;
}

/** What several anchors say together. */
export function combine(readings: readonly (AnchorReading | undefined)[]): AnchorReading | undefined {
  let all: AnchorReading | undefined;
  for (const reading of readings) {
    if (reading === undefined) continue;
    if (all === undefined) all = reading;
    else {
      const newer = reading.acknowledged.sequence > all.acknowledged.sequence ? reading : all;
      all = {
        ...newer,
        formats: newest(all.formats, reading.formats),
        ceiling: higher(all.ceiling, reading.ceiling),
        behind: { store: all.behind.store || reading.behind.store, tape: all.behind.tape || reading.behind.tape },
      };
    }
  }
  return all;
}

const nothing: Height = { sequence: 0, receipt: 0 };
const first: Formats = { store: 1, tape: 1 };

function flags(behind: Behind): Height {
  return { sequence: Number(behind.store), receipt: Number(behind.tape) };
}

function newest(a: Formats, b: Formats): Formats {
  return { store: Math.max(a.store, b.store), tape: Math.max(a.tape, b.tape) };
}

function higher(a: Height, b: Height): Height {
  return { sequence: Math.max(a.sequence, b.sequence), receipt: Math.max(a.receipt, b.receipt) };
}

function line(kind: 'ceiling' | 'acknowledged' | 'behind' | 'formats', height: Height, bootId: BootId): string {
  const words = `${kind} ${height.sequence} ${height.receipt} ${bootId}`;
  // A line feed before as well: a line that was cut off by a full disk spoils only itself.
  return `\n${crcOf(words)} ${words}\n`;
}

function crcOf(words: string): string {
  return crc32c(Buffer.from(words, 'utf8')).toString(16).padStart(8, '0');
}
