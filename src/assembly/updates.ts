import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { TerminalConfig } from '../config/schema.ts';
import type { UpdateProgress } from '../control/updates-protocol.ts';
import type { UpdateHandlers } from '../control/updates-routes.ts';
import { type JobExecutor, jobRejected } from '../fleet/jobs-agent.ts';
import { type Clock, milliseconds, minutes } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import { uuidv7 } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { type DownloadSource, download, downloadFile, forgetDownload } from '../updates/download.ts';
import { shelveWanted, systemLauncher } from '../updates/launch.ts';
import { formatsSchema, releaseNameSchema } from '../updates/manifest.ts';
import { ownFacts } from '../updates/own-release.ts';
import { type TrialFacts, watchTrial } from '../updates/trial.ts';
import {
  type InstallWishes,
  type Rehearsed,
  type SellingTerminal,
  UpdateDesk,
  uploadFile,
} from '../updates/update-desk.ts';

/** What a terminal that can be updated has for it. */
export interface UpdateWorld {
  readonly desk: UpdateDesk;
  /** The folder `updates` of the till's data. */
  readonly files: DurableFiles;
  readonly source: DownloadSource;
  /** Ends the process in order; the launcher decides what comes then. */
  readonly relaunch: () => void;
}

/** Finds out how this process stands among the releases of the machine; null: it is not updated by itself. */
export async function openUpdates(
  config: TerminalConfig,
  configFile: string,
  version: string,
  clock: Clock,
  log: Logger,
): Promise<{ readonly desk: UpdateDesk; readonly files: DurableFiles } | null> {
  const root = config.updates.releases;
  if (root === '') return null;
  const room = log.child({ room: 'updates' });
  const parts = systemLauncher(root, config.dataDir, (words) => room.info({}, words));
  const desk = await UpdateDesk.open({
    ...parts,
    own: ownFacts(version),
    shelve: mayWrite(root) ? () => shelveWanted(parts) : null,
    rehearse: (folder, signal) => rehearse(folder, configFile, signal),
    clock,
    log: room,
  });
  return { desk, files: parts.till };
}

/** Otherwise holdfast-update.service unpacks, which may. */
function mayWrite(root: string): boolean {
  try {
    for (const path of [root, join(root, 'releases')]) accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const rehearsedSchema = z.object({ version: z.string(), formats: formatsSchema });
/** A slow machine, which sells meanwhile. */
const rehearsedWithin = minutes(5);

/** Runs `holdfast update rehearse` of another release: its packages load, and it takes this terminal's configuration. */
function rehearse(folder: string, configFile: string, signal: AbortSignal): Promise<Rehearsed> {
  const program = join(folder, 'dist', 'src', 'cli', 'main.js');
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [program, 'update', 'rehearse', '--config', configFile],
      { timeout: rehearsedWithin, signal, env: process.env },
      (error, out, err) => {
        const read = error === null ? rehearsedSchema.safeParse(lastLine(out)) : null;
        if (read?.success === true) return resolve(read.data);
        const why = complaintIn(err) || messageOf(error);
        reject(
          new HoldfastError('update.does-not-run', `The release does not run on this terminal: ${why}`, {
            remedy: 'operator',
            hint: 'Nothing was changed.',
          }),
        );
      },
    );
    // Selling comes first.
    if (child.pid !== undefined) setPriority(child.pid, 10);
  });
}

/** What a program that failed has said last, without where in its code that was. */
function complaintIn(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !/^(at |Node\.js v)/.test(line))
    .slice(-3)
    .join(' ')
    .slice(0, 300);
}

function lastLine(text: string): unknown {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '');
  } catch {
    return null;
  }
}

export interface UpdatePartsOptions {
  readonly world: UpdateWorld;
  readonly config: TerminalConfig;
  readonly isQuiet: () => boolean;
  readonly look: () => TrialFacts;
  /** Bytes that may still be written. */
  readonly room: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** A terminal's updates: by job, by the control socket, and the trial of the release that runs. */
export interface Updates {
  readonly executor: JobExecutor<'update'>;
  readonly handlers: UpdateHandlers;
  attention(): { readonly words: string; readonly nextStep: string } | null;
  /** Ready to sell: if this release is on trial, its trial begins. */
  start(signal: AbortSignal): void;
}

/** Larger than any release will be. */
const largestBundle = 500_000_000;

export function createUpdates(options: UpdatePartsOptions): Updates {
  const { world, config, isQuiet, look, room, clock, random, log } = options;
  const { desk, files } = world;
  const selling: SellingTerminal = {
    isQuiet,
    room,
    before: () => {
      const { devices, snapshot, journal } = look();
      return { devices: [...devices], snapshot, journal: journal === 'whole' };
    },
    // Whoever waits for an answer is told first.
    quietFor: milliseconds(config.updates.quietFor),
    relaunch: () => clock.schedule(milliseconds(300), world.relaunch),
  };
  const signed = (by: string, signal: AbortSignal, tell: (words: string) => void) => ({
    orderId: uuidv7(clock, random),
    by,
    signal,
    tell,
  });

  async function* install(
    bundle: AsyncIterable<Uint8Array>,
    { by, contact }: { readonly by: string; readonly contact: 'required' | 'not-needed' },
    signal: AbortSignal,
  ): AsyncGenerator<UpdateProgress> {
    await takeIn(bundle, files);
    yield* told((tell) => desk.install(uploadFile, { ...signed(by, signal, tell), contact }, selling));
  }

  return {
    executor: updateJob(options, selling),
    attention: () => desk.attention(),
    handlers: {
      updates: () => desk.status(),
      installUpdate: install,
      rollBackUpdate: ({ by }, signal) =>
        told((tell) => desk.rollBack({ ...signed(by, signal, tell), contact: 'not-needed' }, selling)),
    },
    start(signal) {
      if (desk.trial === null || desk.status().trial?.verdict != null) return;
      const { steadyFor, trialWithin } = config.updates;
      const settings = { steadyFor: milliseconds(steadyFor), within: milliseconds(trialWithin) };
      void (async () => {
        const end = desk.trial === null ? null : await watchTrial(look, desk.trial.order, settings, clock, signal);
        if (end === null) return;
        await desk.decide(end.verdict, end.words);
        if (end.verdict === 'good') return;
        while (!isQuiet() && !signal.aborted) await clock.sleep(milliseconds(1000), signal);
        if (!signal.aborted) world.relaunch();
      })().catch((error: unknown) =>
        log.error({ error: messageOf(error) }, 'the trial of this release can’t be judged'),
      );
    },
  };
}

/** How a terminal that is not updated by itself answers. */
export const noUpdates: UpdateHandlers = {
  updates: () => null,
  installUpdate: () => {
    throw notUpdated();
  },
  rollBackUpdate: () => {
    throw notUpdated();
  },
};

function notUpdated(): HoldfastError {
  return new HoldfastError('update.not-here', 'This installation is not updated by itself', {
    remedy: 'operator',
    hint: 'It was not made by provisioning/image/install.sh (updates.releases is empty): install the new release as this one was.',
  });
}

/**
 * The fleet's job. Begun again after every restart: what has happened meanwhile, the launcher's note and the verdict of the release
 * itself tell, so that it ends as it did.
 */
function updateJob({ world, clock, log }: UpdatePartsOptions, selling: SellingTerminal): JobExecutor<'update'> {
  const { desk, files, source } = world;
  return {
    waitsForQuiet: false,
    afterRestart: 'again',
    async run({ version, url }, { jobId, tell, signal }) {
      const standing = desk.standing(jobId);
      if (standing.kind === 'ended') return ended(standing.outcome.how, standing.outcome.words, version);
      if (standing.kind === 'on-trial') {
        tell('On trial: it sells, and is watched', null);
        const { verdict, words } = await desk.judged();
        return ended(verdict === 'good' ? 'committed' : 'rolled-back', words, version);
      }
      const wishes: InstallWishes = {
        orderId: jobId,
        by: 'the fleet',
        contact: 'required',
        signal,
        tell: (words) => tell(words, null),
      };
      const known = releaseNameSchema.safeParse(version).data;
      if (known === undefined || !(await desk.installKnown(known, wishes, selling))) {
        await fetchBundle();
        const { manifest, name } = await desk.verify(downloadFile);
        if (manifest.version !== version && name !== version) {
          throw jobRejected(`The bundle there is release ${name}, not ${version}.`);
        }
        await desk.install(downloadFile, wishes, selling);
      }
      return { words: `Release ${version} runs already` };

      /** What was cut off in the middle may be damaged: then once more from the beginning. */
      async function fetchBundle(): Promise<void> {
        const once = async (): Promise<void> => {
          const progress = (done: number, total: number | null): void =>
            tell('Downloading', total === null ? null : Math.min(1, done / total));
          await download(url, { source, files, clock, log, progress, signal, largest: largestBundle });
          await desk.verify(downloadFile);
        };
        try {
          await once();
        } catch (error) {
          if (!isHoldfastError(error) || !/^update\.(damaged|not-a-bundle|cut-off|not-signed)$/.test(error.code))
            throw error;
          await forgetDownload(files);
          await once();
        }
      }
    },
  };
}

function ended(how: 'committed' | 'rolled-back' | 'refused' | 'superseded', words: string, version: string) {
  if (how === 'committed') return { words: `Release ${version} runs: ${words}` };
  const what = how === 'refused' ? 'was refused' : how === 'superseded' ? 'was given up' : 'was taken back';
  throw new HoldfastError('fleet.job-failed', `Release ${version} ${what}: ${words}`, { remedy: 'operator' });
}

/** Writes a bundle down as it comes. */
async function takeIn(bundle: AsyncIterable<Uint8Array>, files: DurableFiles): Promise<void> {
  await files.remove(uploadFile);
  const part = await files.openForAppend(uploadFile);
  try {
    let size = 0;
    for await (const chunk of bundle) {
      size += chunk.length;
      if (size > largestBundle) {
        throw new HoldfastError('update.not-a-bundle', 'The file is too large for a release', { remedy: 'operator' });
      }
      await part.append(chunk);
    }
    await part.sync();
  } finally {
    await part.close();
  }
}

/** What a task tells while it runs, as lines; then its end. */
async function* told(task: (tell: (words: string) => void) => Promise<void>): AsyncGenerator<UpdateProgress> {
  const waiting: UpdateProgress[] = [];
  let wake = (): void => {};
  let isOver = false;
  const running = task((words) => {
    waiting.push({ kind: words.startsWith('Restarting') ? 'restarting' : 'words', words });
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  // Awaited below; a rejection before that must not count as unhandled.
  running.catch(() => undefined);
  while (!isOver || waiting.length > 0) {
    const next = waiting.shift();
    if (next !== undefined) yield next;
    else if (!isOver) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  await running;
  yield { kind: 'done', words: 'It runs already.' };
}
