import { type Bootstrap, loadBootstrap } from '../config/bootstrap.ts';
import type { ConfigSources } from '../config/load.ts';
import { readClaimCode } from '../fleet/claim-code.ts';
import { enrolledAs } from '../fleet/credential-rotation.ts';
import { type Claim, enrol } from '../fleet/enrolment.ts';
import { mqttLinks } from '../fleet/mqtt-link.ts';
import { claimNameSchema } from '../fleet/protocol.ts';
import type { Clock } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { TerminalId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import { machineIdentity } from '../platform/machine-facts.ts';
import { pinoLogger } from '../platform/pino-log.ts';
import { acquireProcessLock } from '../platform/process-lock.ts';
import { SystemClock } from '../platform/system-clock.ts';
import { SystemDurableFiles } from '../platform/system-durable-files.ts';
import { systemRandom } from '../platform/system-random.ts';
import { ClaimEntry } from './claim-entry.ts';
import { prepareDataDir } from './data-dir.ts';
import { createDevices } from './devices.ts';
import { fleetPlace, openFleetFiles, readAuthorities } from './fleet.ts';
import { FrameMonitor } from './frame-monitor.ts';

export interface JoinWishes {
  /** A claim code from the command line; absent: the file's batch, or what is typed at the terminal. */
  readonly code?: string;
  readonly version: string;
  /** A till that has a number of its own is not kept from selling: it joins while it sells (join-running.ts). */
  readonly sellFirst: boolean;
  /** Begins the terminal's journal where there is none, behind these receipts. Called once in a device's life, or again after a crash. */
  readonly provision: (firstReceiptCounter: number) => Promise<unknown>;
  readonly tell: (words: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes a device a terminal of the fleet that its file names, unless it is one, and begins its journal; null: the file names no fleet, or the
 * till is to sell first.
 * Nothing is begun twice, and it goes on where it was interrupted. Throws `fleet.…`, `config.…`, `terminal.…`.
 */
export async function joinFleet(sources: ConfigSources, wishes: JoinWishes): Promise<TerminalId | null> {
  const bootstrap = loadBootstrap(sources);
  if (bootstrap === null) return null;
  const { sellFirst } = wishes;
  const log = pinoLogger({ level: bootstrap.log.level, terminal: bootstrap.terminal.id ?? 'new' });
  await prepareDataDir(bootstrap.dataDir);
  const files = await openFleetFiles(new SystemDurableFiles(bootstrap.dataDir), systemRandom, log);
  if (files.identity.membership.stage !== 'enrolled') {
    if (sellFirst && bootstrap.terminal.id !== undefined) return null;
    await join(bootstrap, files, wishes, log);
  }
  const member = enrolledAs(files.identity);
  if (!member.isProvisioned) {
    await wishes.provision(member.firstReceiptCounter);
    await files.identity.become({ ...member, isProvisioned: true });
  }
  return member.terminal;
}

async function join(
  bootstrap: Bootstrap,
  files: Awaited<ReturnType<typeof openFleetFiles>>,
  wishes: JoinWishes,
  log: Logger,
): Promise<void> {
  const lock = await acquireProcessLock(bootstrap.dataDir);
  const clock = new SystemClock();
  const entry = await openEntry(bootstrap, wishes, clock, log);
  try {
    await enrol(
      {
        place: fleetPlace(bootstrap.fleet, readAuthorities(bootstrap.fleet.caFile)),
        identity: files.identity,
        // The number that a till has sold under is its own for good.
        ownTerminal: bootstrap.terminal.id ?? null,
        keepSettings: (terminal, { version, values }) =>
          files.settings.save({ version: 1, terminal, desiredVersion: version, wanted: values }),
        claim: entry.claim,
        hardware: await machineIdentity(log),
        version: wishes.version,
        open: mqttLinks(() => clock.trusted()),
        clock,
        random: systemRandom,
        log: log.child({ room: 'fleet' }),
        tell: entry.tell,
      },
      wishes.signal,
    );
  } finally {
    await entry.close();
    await lock.release();
  }
}

/** Where claims come from, and where is told what goes on: the command line, the file, or keypad and display. */
async function openEntry(
  { fleet, devices: config, terminal }: Bootstrap,
  wishes: JoinWishes,
  clock: Clock,
  log: Logger,
) {
  const { code, tell } = wishes;
  if (code !== undefined) {
    const { claim, digits } = readClaimCode(code);
    return { claim: once({ name: claim, password: digits }), tell, close: async () => undefined };
  }
  if (fleet.claim !== null) {
    const batch = { name: claimNameSchema.parse(fleet.claim.username), password: fleet.claim.password };
    return { claim: async () => batch, tell, close: async () => undefined };
  }
  const bare = { devices: config, terminal: { id: terminal.id ?? 'NEW' } } as Parameters<typeof createDevices>[0];
  const all = createDevices(bare, clock, log, new FrameMonitor(clock), systemRandom);
  const used = [all.keypad, all.scanner, all.display].filter((device) => device !== null);
  await Promise.all(used.map((device) => device.start()));
  const entry = new ClaimEntry({ ...all, language: terminal.language });
  if (!entry.isPossible) throw noClaim();
  return {
    claim: () => entry.next(),
    tell: (words: string) => {
      tell(words);
      entry.tell(words);
    },
    close: async () => {
      await Promise.all(used.map((device) => device.stop()));
    },
  };
}

/** A code that was refused is not tried again. */
function once(claim: Claim): () => Promise<Claim> {
  let isUsed = false;
  return async () => {
    if (isUsed) {
      throw new HoldfastError('fleet.claim-refused', 'The fleet does not accept this claim code, or it is over', {
        remedy: 'operator',
        hint: 'Make a new one; it is good for five minutes.',
      });
    }
    isUsed = true;
    return claim;
  };
}

function noClaim(): HoldfastError {
  return new HoldfastError('fleet.no-claim', 'This device does not know how to join its fleet', {
    remedy: 'operator',
    hint: 'Give it a batch’s credential (fleet.claim), or a claim code: holdfast fleet enrol --code.',
  });
}
