import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TerminalConfig } from '../config/schema.ts';
import { BrokerConnection } from '../fleet/broker-connection.ts';
import { enrolledAs } from '../fleet/credential-rotation.ts';
import { clientIdOf } from '../fleet/enrolment.ts';
import { Messenger } from '../fleet/messenger.ts';
import { mqttLinks } from '../fleet/mqtt-link.ts';
import { defaultReconnectPolicy } from '../fleet/reconnect-policy.ts';
import { topicsReadAt } from '../fleet/topics.ts';
import { bytesOf, freeIn } from '../health/system-storage.ts';
import { openJournal } from '../journal/open-journal.ts';
import { type Clock, milliseconds, seconds } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { terminalId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import { makeFolder, SystemDurableFiles } from '../platform/system-durable-files.ts';
import { createNodeTransport } from '../platform/system-http-transport.ts';
import { systemRandom } from '../platform/system-random.ts';
import { updatesFolder } from '../updates/launch.ts';
import { missingIn, type TrialFacts } from '../updates/trial.ts';
import type { UpdateDesk } from '../updates/update-desk.ts';
import { createDevices } from './devices.ts';
import { fleetPlace, openFleetFiles, readAuthorities } from './fleet.ts';
import { FrameMonitor } from './frame-monitor.ts';

const lookEvery = seconds(1);

/**
 * The trial of a release that writes the journal in a new format, which the release before can't read: it proves itself before it opens
 * the journal, and does not sell meanwhile. A copy of the journal is brought to the new format and read through, the devices are opened,
 * the server is asked. Resolves when it is committed: from then on there is no way back. Throws `update.not-proven`; then the one
 * before comes back, with the journal as it was.
 */
export async function proveFirst(desk: UpdateDesk, config: TerminalConfig, clock: Clock, log: Logger): Promise<void> {
  const { trial } = desk;
  if (trial === null) return;
  const { order } = trial;
  log.info({ release: order.release }, 'this release proves itself before it opens the journal');
  try {
    await rehearseMigration(config, clock, log);
    const { devices, contact } = await lookWithoutSelling(config, order, clock, log);
    const facts: TrialFacts = { devices, contact, snapshot: order.before.snapshot, journal: 'whole' };
    const missing = missingIn(facts, order);
    if (missing.length > 0) throw notProven(missing.join('; '));
  } catch (error) {
    await desk.decide('bad', messageOf(error));
    throw notProven(messageOf(error), error);
  }
  await desk.decide(
    'good',
    'It has brought a copy of the journal to its format, and found its devices and the server.',
  );
}

/** Opens a copy of the journal as this release does, with all that goes with it. */
async function rehearseMigration(config: TerminalConfig, clock: Clock, log: Logger): Promise<void> {
  const { dataDir, journal, terminal } = config;
  const tapeDir = journal.tapeDir;
  const copy = join(updatesFolder(dataDir), 'rehearsal');
  await rm(copy, { recursive: true, force: true });
  const parts = (await readdir(dataDir)).filter(
    (name) => name === 'anchor' || name === 'journal' || name.startsWith('journal.'),
  );
  // The copy, and the new database beside the old one in it.
  const needed = 2 * (await bytesOf([...parts.map((name) => join(dataDir, name)), tapeDir]));
  if (needed > freeIn(dataDir)) {
    throw notProven(`a copy of the journal needs ${Math.ceil(needed / 1_000_000)} MB, and there is less space`);
  }
  await makeFolder(copy);
  try {
    for (const name of parts) await cp(join(dataDir, name), join(copy, name), { recursive: true });
    await cp(tapeDir, join(copy, 'tape'), { recursive: true });
    const opened = await openJournal({
      dataDir: copy,
      tapeDir: join(copy, 'tape'),
      terminalId: terminalId(terminal.id),
      clock,
      log,
      provision: false,
    });
    try {
      const { state } = opened.journal.health;
      if (state !== 'whole') throw notProven('a copy of the journal could not be brought to the new format');
      for await (const _ of opened.journal.records());
    } finally {
      await opened.journal.close();
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** Which devices get ready, and whether the server answers, within the time of a trial. */
async function lookWithoutSelling(
  config: TerminalConfig,
  order: NonNullable<UpdateDesk['trial']>['order'],
  clock: Clock,
  log: Logger,
): Promise<{ readonly devices: readonly string[]; readonly contact: boolean }> {
  const devices = Object.values(createDevices(config, clock, log, new FrameMonitor(clock), systemRandom)).filter(
    (device) => device !== null && device !== undefined,
  );
  const end = new AbortController();
  const deadline = clock.monotonic() + config.updates.trialWithin;
  let contact = false;
  const asking = askServer(config, clock, log, end.signal).then((answered) => {
    contact = answered;
  });
  try {
    await Promise.all(devices.map((device) => device.start()));
    for (;;) {
      const ready = devices.flatMap((device) => (device.health().state === 'ready' ? [device.name] : []));
      const facts: TrialFacts = { devices: ready, contact, snapshot: order.before.snapshot, journal: 'whole' };
      if (missingIn(facts, order).length === 0 || clock.monotonic() >= deadline) return { devices: ready, contact };
      await clock.sleep(lookEvery);
    }
  } finally {
    end.abort();
    await Promise.all([asking, ...devices.map((device) => device.stop())]);
  }
}

/** Until it has answered, or `signal` ends it. */
async function askServer(config: TerminalConfig, clock: Clock, log: Logger, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    try {
      if (config.fleet === null) await askMagento(config, signal);
      else await askController(config, config.fleet, clock, log, signal);
      return true;
    } catch (error) {
      log.info({ error: messageOf(error) }, 'the server has not answered yet');
    }
    await clock.sleep(milliseconds(5_000), signal);
  }
  return false;
}

/** Any answer of the shop's own will do; a proxy's "bad gateway" is none. */
async function askMagento({ magento }: TerminalConfig, signal: AbortSignal): Promise<void> {
  const transport = createNodeTransport();
  try {
    const result = await transport.exchange({
      method: 'GET',
      url: `${magento.baseUrl.replace(/\/+$/, '')}/rest/V1/store/storeConfigs`,
      headers: { accept: 'application/json' },
      body: null,
      maximumAnswer: 1_000_000,
      signal,
    });
    if (result.kind === 'failed') throw new Error(result.message);
    if (result.status >= 500) throw new Error(`the shop answers ${result.status}`);
  } finally {
    transport.close();
  }
}

async function askController(
  config: TerminalConfig,
  fleet: NonNullable<TerminalConfig['fleet']>,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const { identity } = await openFleetFiles(new SystemDurableFiles(config.dataDir), systemRandom, log);
  // A till that has not joined its fleet yet belongs to nobody who could answer.
  if (identity.membership.stage !== 'enrolled' || identity.key === null) return askMagento(config, signal);
  const { terminal, credentials } = enrolledAs(identity);
  const place = fleetPlace(fleet, readAuthorities(fleet.caFile));
  const address = { fleet: place.fleet, terminal };
  const clientId = clientIdOf(place.fleet, identity.key);
  const connection: BrokerConnection = new BrokerConnection({
    open: mqttLinks(() => clock.trusted()),
    wishes: {
      ...place,
      topics: topicsReadAt(address),
      identity: () => ({ clientId, ...credentials, will: null }),
      message: (topic, payload) => messenger.receive(topic, payload),
    },
    policy: defaultReconnectPolicy,
    clock,
    random: systemRandom,
    log,
  });
  const messenger = new Messenger({ publisher: connection, address, clock, random: systemRandom, log });
  const end = new AbortController();
  signal.addEventListener('abort', () => end.abort(), { once: true });
  try {
    const online = new Promise<void>((resolve) => {
      connection.onChange(({ name }) => {
        if (name === 'online') resolve();
      });
    });
    connection.start(end.signal);
    await Promise.race([online, clock.sleep(seconds(60), signal)]);
    await messenger.ask('settings.get', {});
  } finally {
    end.abort();
    await connection.ended();
  }
}

function notProven(why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('update.not-proven', `This release has not proven itself: ${why}`, {
    remedy: 'retry',
    cause,
    hint: 'The release before comes back; the journal is as it was.',
  });
}
