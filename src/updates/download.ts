import { z } from 'zod';
import { type Clock, type Duration, milliseconds, minutes, seconds } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { readState, writeState } from './launch-state.ts';

/** Something to be downloaded, from some byte on. */
export interface DownloadAnswer {
  /** The first byte that comes. */
  readonly from: number;
  /** Of the whole; null: not said. */
  readonly total: number | null;
  /** Changes when the file does; null: not said. */
  readonly tag: string | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Where files are downloaded from. */
export interface DownloadSource {
  /**
   * Asks for the bytes from `from` on, if the file is still the one with `tag`; else all of it comes. Throws `download.refused`
   * (remedy `operator`) where asking again is no use, `download.failed` (remedy `retry`) else.
   */
  open(url: string, from: number, tag: string | null, signal: AbortSignal): Promise<DownloadAnswer>;
}

export interface DownloadOptions {
  readonly source: DownloadSource;
  /** Where the parts lie until all is there. */
  readonly files: DurableFiles;
  readonly clock: Clock;
  readonly log: Logger;
  readonly progress: (done: number, total: number | null) => void;
  readonly signal: AbortSignal;
  /** The most that is taken. */
  readonly largest: number;
}

const stateSchema = z.object({ version: z.literal(1), url: z.string(), tag: z.string() });
const stateFile = 'download.json';
/** What has come so far, and in the end all of it. */
export const downloadFile = 'download.part';

const firstPause = seconds(5);
const longestPause = minutes(5);
/** Failures in a row, without a byte in between. */
const mostFailures = 40;
/** So much is brought to the medium at a time. */
const syncEvery = 1024 * 1024;

/**
 * Downloads a file and goes on where it was, after a lost connection as after a power cut. Whether it is what it should be, its
 * signature and hashes tell. Throws `download.refused`, `download.failed`, `download.cancelled`, `store.…`.
 */
export async function download(url: string, options: DownloadOptions): Promise<void> {
  const { files, clock, log, signal } = options;
  let pause: Duration = firstPause;
  for (let failures = 0; ; ) {
    const before = await sizeOf(files);
    try {
      await downloadOnce(url, options);
      return;
    } catch (error) {
      if (signal.aborted) throw cancelled();
      if (!isHoldfastError(error, 'download.failed')) throw error;
      const hasCome = (await sizeOf(files)) > before;
      failures = hasCome ? 0 : failures + 1;
      pause = hasCome ? firstPause : milliseconds(Math.min(pause * 2, longestPause));
      if (failures >= mostFailures) throw error;
      log.info({ url, error: messageOf(error), have: await sizeOf(files) }, 'the download goes on in a moment');
    }
    await clock.sleep(pause, signal);
    if (signal.aborted) throw cancelled();
  }
}

async function downloadOnce(url: string, { source, files, progress, signal, largest }: DownloadOptions): Promise<void> {
  const known = await readState(files, stateFile, stateSchema);
  const isSame = known !== null && known.url === url;
  if (!isSame) await files.remove(downloadFile);
  const have = await sizeOf(files);
  const answer = await source.open(url, have, isSame ? known.tag : null, signal);
  if (answer.total !== null && answer.total > largest) throw tooLarge(largest);
  if (answer.from !== have) await files.remove(downloadFile);
  // Without a tag nobody could tell whether it is still the same file: then it begins anew after a break.
  if (answer.tag === null) await files.remove(stateFile);
  else if (answer.from === 0) await writeState(files, stateFile, { version: 1, url, tag: answer.tag });
  let done = answer.from === have ? have : 0;
  if (answer.from !== done) throw failed('the server sends another part than was asked for');
  const part = await files.openForAppend(downloadFile);
  try {
    let unsynced = 0;
    for await (const chunk of guarded(answer.chunks)) {
      await part.append(chunk);
      done += chunk.length;
      unsynced += chunk.length;
      if (done > largest) throw tooLarge(largest);
      if (unsynced < syncEvery) continue;
      await part.sync();
      unsynced = 0;
      progress(done, answer.total);
    }
    await part.sync();
  } finally {
    await part.close();
  }
  progress(done, answer.total);
  if (answer.total !== null && done !== answer.total) throw failed(`it ended after ${done} of ${answer.total} bytes`);
}

/** Forgets what was downloaded. */
export async function forgetDownload(files: DurableFiles): Promise<void> {
  await files.remove(stateFile);
  await files.remove(downloadFile);
}

async function sizeOf(files: DurableFiles): Promise<number> {
  return (await files.list()).find(({ name }) => name === downloadFile)?.size ?? 0;
}

/** A connection that breaks is no error of ours. */
async function* guarded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw isHoldfastError(error) ? error : failed(messageOf(error), error);
  }
}

const failed = (why: string, cause?: unknown): HoldfastError =>
  new HoldfastError('download.failed', `The download broke off: ${why}`, { remedy: 'retry', cause });

const cancelled = (): HoldfastError =>
  new HoldfastError('download.cancelled', 'The download was cancelled', { remedy: 'retry' });

const tooLarge = (largest: number): HoldfastError =>
  new HoldfastError(
    'download.refused',
    `What is there is larger than ${Math.floor(largest / 1_000_000)} MB: no release`,
    {
      remedy: 'operator',
    },
  );
