import type { TerminalConfig } from '../config/schema.ts';
import type { OpenBrokerLink } from '../fleet/broker-link.ts';
import { readScannedClaim } from '../fleet/claim-code.ts';
import { type Claim, enrol } from '../fleet/enrolment.ts';
import { claimNameSchema } from '../fleet/protocol.ts';
import { type Clock, seconds } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { machineIdentity } from '../platform/machine-facts.ts';
import type { Random } from '../platform/random.ts';
import { fleetPlace, type openFleetFiles, readAuthorities } from './fleet.ts';

export interface JoinRunningParts {
  readonly config: TerminalConfig;
  readonly files: Awaited<ReturnType<typeof openFleetFiles>>;
  readonly version: string;
  readonly open: OpenBrokerLink;
  /** Nobody sells and nobody pays. */
  readonly isQuiet: () => boolean;
  /** Ends the process in order and starts it again. */
  readonly restart: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What somebody at the service menu waits for an answer. */
const patience = seconds(60);
const lookEvery = seconds(5);

/** A till that sells under a number of its own joins its fleet while it sells, and runs under it after a restart in a quiet moment. */
export class JoinRunning {
  readonly #parts: JoinRunningParts;
  readonly #end = new AbortController();
  #joining: Promise<void> = Promise.resolve();

  constructor(parts: JoinRunningParts) {
    this.#parts = parts;
  }

  /** By the batch in the till's file, in the background, as long as it takes. */
  startByBatch(): void {
    const claim = this.#parts.config.fleet?.claim;
    if (claim == null) return;
    const batch = { name: claimNameSchema.parse(claim.username), password: claim.password };
    this.#joining = this.#join(async () => batch, this.#end.signal).catch((error: unknown) => {
      if (!this.#end.signal.aborted)
        this.#parts.log.warn({ error: messageOf(error) }, 'the till has not joined its fleet');
    });
  }

  /** By a code from the service menu. Rejects with what is wrong with it. */
  async byCode(text: string): Promise<{ readonly passed: boolean; readonly words: string }> {
    const { claim, digits } = readScannedClaim(text);
    let isAsked = false;
    const once = async (): Promise<Claim> => {
      if (isAsked) {
        throw new HoldfastError('fleet.claim-refused', 'the code is not accepted, or over', { remedy: 'operator' });
      }
      isAsked = true;
      return { name: claim, password: digits };
    };
    const late = new AbortController();
    const timer = this.#parts.clock.schedule(patience, () => late.abort());
    try {
      await this.#join(once, AbortSignal.any([late.signal, this.#end.signal]));
      return { passed: true, words: `restarts when nobody sells` };
    } finally {
      timer.cancel();
    }
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#joining;
  }

  async #join(claim: () => Promise<Claim>, signal: AbortSignal): Promise<void> {
    const { config, files, version, open, clock, random, log, isQuiet, restart } = this.#parts;
    if (config.fleet === null) throw new HoldfastError('fleet.none', 'no fleet is configured', { remedy: 'operator' });
    await enrol(
      {
        place: fleetPlace(config.fleet, readAuthorities(config.fleet.caFile)),
        identity: files.identity,
        ownTerminal: config.terminal.id,
        keepSettings: (terminal, { version: desiredVersion, values }) =>
          files.settings.save({ version: 1, terminal, desiredVersion, wanted: values }),
        claim,
        hardware: await machineIdentity(log),
        version,
        open,
        clock,
        random,
        log: log.child({ room: 'fleet' }),
        tell: (words) => log.info({}, words),
      },
      signal,
    );
    void (async () => {
      while (!this.#end.signal.aborted && !isQuiet()) await clock.sleep(lookEvery, this.#end.signal);
      if (!this.#end.signal.aborted) restart();
    })();
  }
}
