import { z } from 'zod';
import { BrokerConnection, type ConnectionWishes } from '../../src/fleet/broker-connection.ts';
import type { OpenBrokerLink } from '../../src/fleet/broker-link.ts';
import { defaultReconnectPolicy } from '../../src/fleet/reconnect-policy.ts';
import { type Clock, seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { uuidv7 } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import type { BrokerAccount, BrokerAccounts } from '../controller/broker-accounts.ts';
import { aclsOf, answerTopic, controlTopic } from './dynamic-security.ts';

export interface MosquittoAccountsOptions {
  /** The way to the broker, and an account there that may use {@link controlTopic}. */
  readonly broker: Pick<ConnectionWishes, 'url' | 'authorities'> & {
    readonly open: OpenBrokerLink;
    readonly username: string;
    readonly password: string;
  };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

type Command = { readonly command: string } & Readonly<Record<string, unknown>>;

const responsesSchema = z.object({
  responses: z.array(
    z.object({
      command: z.string().optional(),
      correlationData: z.string().optional(),
      error: z.string().optional(),
      data: z.unknown().optional(),
    }),
  ),
});
type Response = z.infer<typeof responsesSchema>['responses'][number];

const clientsSchema = z.object({ totalCount: z.int(), clients: z.array(z.string()) });

const answeredWithin = seconds(15);
const clientsPerPage = 500;

/** The plugin's words, by which alone it tells one failure from another. */
const isThere = (error: string | undefined): boolean => error?.includes('already exists') === true;
const isGone = (error: string | undefined): boolean => error?.includes('not found') === true;

/** Keeps the accounts of terminals and claims in Mosquitto, by its dynamic security plugin, over MQTT. */
export class MosquittoAccounts implements BrokerAccounts {
  readonly #options: MosquittoAccountsOptions;
  readonly #connection: BrokerConnection;
  readonly #asked = new Map<string, (responses: readonly Response[]) => void>();

  constructor(options: MosquittoAccountsOptions) {
    const { broker, clock, random, log } = options;
    const { open, username, password, ...way } = broker;
    // Every controller keeps accounts, so no two may have one name here.
    const clientId = `holdfast-accounts-${uuidv7(clock, random)}`;
    this.#options = options;
    this.#connection = new BrokerConnection({
      open,
      wishes: {
        ...way,
        mqttVersion: 4,
        topics: [answerTopic],
        identity: () => ({ clientId, username, password, will: null }),
        message: (_, payload) => this.#receive(payload),
      },
      policy: defaultReconnectPolicy,
      clock,
      random,
      log,
    });
  }

  /** Runs until `signal` aborts. */
  start(signal: AbortSignal): void {
    this.#connection.start(signal);
  }

  ended(): Promise<void> {
    return this.#connection.ended();
  }

  /** Throws `broker.accounts` (retry), also as the others do. */
  async put({ username, password, clientId, access }: BrokerAccount): Promise<void> {
    const role = { rolename: username, acls: aclsOf(access) };
    const client = {
      username,
      password,
      roles: [{ rolename: username }],
      ...(clientId === null ? {} : { clientid: clientId }),
    };
    const [made] = await this.#ask([{ command: 'createRole', ...role }]);
    if (isThere(made?.error)) await this.#ask([{ command: 'modifyRole', ...role }], noError);
    else noError(made);
    const [added] = await this.#ask([{ command: 'createClient', ...client }]);
    if (isThere(added?.error)) await this.#ask([{ command: 'modifyClient', ...client }], noError);
    else noError(added);
  }

  async remove(username: string): Promise<void> {
    const unlessGone = (response: Response | undefined): void => {
      if (!isGone(response?.error)) noError(response);
    };
    await this.#ask([{ command: 'deleteClient', username }], unlessGone);
    await this.#ask([{ command: 'deleteRole', rolename: username }], unlessGone);
  }

  async list(): Promise<readonly string[]> {
    const names: string[] = [];
    for (;;) {
      const page = { count: clientsPerPage, offset: names.length };
      const [response] = await this.#ask([{ command: 'listClients', verbose: false, ...page }], noError);
      const { totalCount, clients } = clientsSchema.parse(response?.data);
      names.push(...clients);
      if (clients.length === 0 || names.length >= totalCount) return names;
    }
  }

  /** One message of commands and its answer: what the plugin is told in one message it answers in one. */
  async #ask(
    commands: readonly Command[],
    check: (response: Response | undefined) => void = () => undefined,
  ): Promise<readonly Response[]> {
    const { clock, random } = this.#options;
    const correlationData = uuidv7(clock, random);
    let settle: (responses: readonly Response[] | null) => void = () => undefined;
    const answered = new Promise<readonly Response[] | null>((resolve) => {
      settle = resolve;
    });
    this.#asked.set(correlationData, settle);
    const late = clock.schedule(answeredWithin, () => settle(null));
    try {
      await this.#online();
      const text = JSON.stringify({ commands: commands.map((command) => ({ ...command, correlationData })) });
      await this.#connection.publish({ topic: controlTopic, text, retained: false });
      const responses = await answered;
      if (responses === null) throw failed('it does not answer; is its dynamic security plugin there?');
      for (const response of responses) check(response);
      return responses;
    } finally {
      late.cancel();
      this.#asked.delete(correlationData);
    }
  }

  /** Waits a little for a connection that is being made. */
  async #online(): Promise<void> {
    const { clock } = this.#options;
    const end = new AbortController();
    const unwatch = this.#connection.onChange(({ name }) => name === 'online' && end.abort());
    if (this.#connection.state.name !== 'online') await clock.sleep(seconds(5), end.signal);
    unwatch();
  }

  #receive(payload: Uint8Array): void {
    const read = responsesSchema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (!read.success) return;
    const correlation = read.data.responses[0]?.correlationData;
    // Answers to other controllers come here as well.
    if (correlation !== undefined) this.#asked.get(correlation)?.(read.data.responses);
  }
}

function noError(response: Response | undefined): void {
  if (response?.error !== undefined) throw failed(response.error);
}

const failed = (words: string): HoldfastError =>
  new HoldfastError('broker.accounts', `The broker’s accounts can’t be changed: ${words}`, {
    remedy: 'retry',
    hint: 'The controller’s own account needs the role "controller" at the broker (docs/brokers.md).',
  });
