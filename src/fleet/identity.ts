import { z } from 'zod';
import type { DurableFiles } from '../platform/durable-files.ts';
import { terminalId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { openStateFile, type StateFile } from '../platform/state-file.ts';
import { type DeviceKey, makeDeviceKey } from './device-key.ts';
import { credentialsSchema, deviceIdSchema, jobIdSchema } from './protocol.ts';

/** Where a device keeps who it is. */
export const identityFile = 'fleet-identity.json';

const keyPair = z.object({ private: z.string(), public: z.string() });

const terminal = z.string().transform((text) => terminalId(text));

/**
 * How far a device is on its way into a fleet:
 * - `none`: not even a key;
 * - `keyed`: it has a key and may ask, as often as needed;
 * - `granted`: it was given a number and credentials, and must still say that it has them;
 * - `enrolled`: the controller knows that it has them.
 */
export const membershipSchema = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('none') }),
  z.object({ stage: z.literal('keyed'), nonce: z.string() }),
  z.object({
    stage: z.literal('granted'),
    nonce: z.string(),
    terminal,
    credentials: credentialsSchema,
    firstReceiptCounter: z.int().min(1),
  }),
  z.object({
    stage: z.literal('enrolled'),
    terminal,
    credentials: credentialsSchema,
    firstReceiptCounter: z.int().min(1),
    /** Its journal was begun: one that is missing after this is a disk that was not mounted. */
    isProvisioned: z.boolean(),
    /** Credentials that were fetched and not tried yet (job `rotate-credentials`). */
    next: z.object({ jobId: jobIdSchema, credentials: credentialsSchema }).nullable(),
  }),
]);
export type Membership = z.infer<typeof membershipSchema>;

const identitySchema = z.object({
  version: z.literal(1),
  /** Starts of the agent so far: the `start` of its presence session. */
  starts: z.int().min(0),
  key: z.object({ device: deviceIdSchema, signing: keyPair, sealing: keyPair }).nullable(),
  membership: membershipSchema,
});
type IdentityState = z.infer<typeof identitySchema>;

/** Who a device is in its fleet. Every change is durable before it counts. */
export class Identity {
  readonly #file: StateFile<IdentityState>;
  readonly #random: Random;

  private constructor(file: StateFile<IdentityState>, random: Random) {
    this.#file = file;
    this.#random = random;
  }

  /** A file that is lost in both copies makes a new device of it: it must be enrolled again. The journal is not touched by that. */
  static async open(files: DurableFiles, random: Random, log: Logger): Promise<Identity> {
    const fresh: IdentityState = { version: 1, starts: 0, key: null, membership: { stage: 'none' } };
    return new Identity(await openStateFile(files, identityFile, identitySchema, fresh, log), random);
  }

  get key(): DeviceKey | null {
    return this.#file.value.key;
  }

  get membership(): Membership {
    return this.#file.value.membership;
  }

  /** Counts this start of the process; how many there were with it. */
  async countStart(): Promise<number> {
    const starts = this.#file.value.starts + 1;
    await this.#save({ starts });
    return starts;
  }

  /** The key, made and kept if there is none. */
  async ensureKey(): Promise<DeviceKey> {
    const { key, membership } = this.#file.value;
    if (key !== null && membership.stage !== 'none') return key;
    const made = key ?? makeDeviceKey(this.#random);
    await this.#save({ key: made, membership: { stage: 'keyed', nonce: this.#nonce() } });
    return made;
  }

  async become(membership: Membership): Promise<void> {
    await this.#save({ membership });
  }

  /** What was granted is not accepted by the broker: ask again, as the same device. */
  async askAgain(): Promise<void> {
    await this.become({ stage: 'keyed', nonce: this.#nonce() });
  }

  #nonce(): string {
    return Buffer.from(this.#random.bytes(16)).toString('base64url');
  }

  #save(change: Partial<IdentityState>): Promise<void> {
    return this.#file.save({ ...this.#file.value, ...change });
  }
}
