import type { OpenBrokerLink } from '../../src/fleet/broker-link.ts';
import { fleetNameSchema } from '../../src/fleet/protocol.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { minutes } from '../../src/platform/clock.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { uuidv7 } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import { SystemDurableFiles } from '../../src/platform/system-durable-files.ts';
import type { ReleaseKeys } from '../../src/updates/release-keys.ts';
import { MosquittoAccounts } from '../brokers/mosquitto-accounts.ts';
import { AlarmDesk } from './alarm-desk.ts';
import { noAccounts } from './broker-accounts.ts';
import { BrokerDoor } from './broker-door.ts';
import { ClaimDesk } from './claim-desk.ts';
import { consolePages } from './console/console.ts';
import type { ControllerConfig } from './controller-config.ts';
import { DeviceDesk } from './device-desk.ts';
import { controllerUser, EmbeddedBroker } from './embedded-broker.ts';
import { FleetCaseDesk } from './fleet-case-desk.ts';
import { FleetService } from './fleet-service.ts';
import { FleetView } from './fleet-view.ts';
import { type ApiServer, type RawHandler, startApiServer } from './http/api-server.ts';
import { liveChanges } from './http/live-changes.ts';
import { releaseFiles } from './http/release-files.ts';
import type { Route } from './http/route.ts';
import { SignIn } from './http/sign-in.ts';
import { JobsDesk } from './jobs-desk.ts';
import { takeTurns } from './leadership.ts';
import { outageReports } from './outage-reports.ts';
import { makePassword } from './passwords.ts';
import { createPaymentWebhooks } from './payment-webhooks.ts';
import { ReconciliationDesk } from './reconciliation-desk.ts';
import { ReleasesDesk } from './releases-desk.ts';
import { RolloutDesk } from './rollout-desk.ts';
import { claimRoutes } from './routes/claims.ts';
import { deskDecisionRoutes } from './routes/desk-decisions.ts';
import { deskRoutes } from './routes/desks.ts';
import { jobRoutes } from './routes/jobs.ts';
import type { ApiParts } from './routes/parts.ts';
import { openRoutes, peopleRoutes } from './routes/people.ts';
import { reconciliationRoutes } from './routes/reconciliations.ts';
import { releaseRoutes } from './routes/releases.ts';
import { settingsRoutes } from './routes/settings.ts';
import { terminalRoutes } from './routes/terminals.ts';
import { SettingsEditor } from './settings-editor.ts';
import type { ControllerStore } from './store/controller-store.ts';
import { Vault } from './vault.ts';

/** Everything a controller touches, handed in. */
export interface ControllerWorld {
  readonly config: ControllerConfig;
  readonly version: string;
  readonly store: ControllerStore;
  readonly vaultKey: Uint8Array;
  /** What an external broker is signed in to with; null for the embedded one. */
  readonly brokerPassword: string | null;
  /** What gateways sign in to the embedded broker with; absent: there are none. */
  readonly gatewayPassword?: string;
  /** PEM beside the system's authorities. */
  readonly authorities: readonly string[];
  readonly links: OpenBrokerLink;
  /** Hex, of Adyen’s webhook; empty: none is taken in. */
  readonly adyenKeys?: readonly string[];
  /** What is to answer before the API and the console do. */
  readonly raw?: readonly RawHandler[];
  /** Whose releases are taken in; absent: terminals alone look at signatures. */
  readonly releaseKeys?: ReleaseKeys | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface Controller {
  readonly httpPort: number;
  /** Of the embedded broker; null: an external one is used. */
  readonly brokerPort: number | null;
  readonly signIn: SignIn;
  readonly parts: ApiParts;
  stop(): Promise<void>;
}

const sweepAccessEvery = minutes(10);

/** The composition root of a controller. Answers HTTP when it resolves; whether it speaks to the fleet, the lease says. */
export async function startController(world: ControllerWorld): Promise<Controller> {
  const { config, store, clock, random, log, version } = world;
  const fleet = fleetNameSchema.parse(config.fleet);
  const password = world.brokerPassword ?? makePassword(random);
  const embedded =
    config.broker.kind === 'external'
      ? null
      : await EmbeddedBroker.start({
          ...config.broker,
          fleet,
          door: new BrokerDoor({ fleet, store, clock }),
          controllerPassword: password,
          gatewayPassword: world.gatewayPassword ?? null,
          log: log.child({ room: 'broker' }),
        });
  const broker = brokerWay(world, embedded, password);
  const keeper = accountsKeeper(world, broker);
  const accounts = embedded ?? keeper ?? noAccounts;
  const vault = new Vault(world.vaultKey, random);
  const common = { fleet, store, vault, accounts, clock, random, log: log.child({ room: 'fleet' }) };
  const jobs = new JobsDesk(common);
  const cases = new FleetCaseDesk(common);
  const signIn = new SignIn({ store, clock, random });
  const view = new FleetView({ store, log });
  await view.open();
  const service = new FleetService({ ...common, broker });
  const parts: ApiParts = {
    fleet,
    publicBroker: publicBroker(config, embedded),
    version,
    store,
    view,
    devices: new DeviceDesk(common),
    claims: new ClaimDesk(common),
    settings: new SettingsEditor({ store, vault }),
    jobs,
    rollouts: new RolloutDesk({ ...common, jobs }),
    releases: new ReleasesDesk({
      files: new SystemDurableFiles(config.releases.dir),
      keys: world.releaseKeys ?? null,
      publicUrl: config.releases.publicUrl,
      random,
    }),
    cases,
    reconciliations: new ReconciliationDesk({ ...common, jobs, cases }),
    alarms: new AlarmDesk(common),
    traffic: () => service.traffic,
    signIn,
    clock,
    random,
  };
  const routes = allRoutes(parts);
  const whoAsks = signIn.whoAsks.bind(signIn);
  const live = liveChanges({ view, store, clock, whoAsks });
  const raw = [
    ...(world.raw ?? []),
    ...webhooks(world, jobs),
    live,
    releaseFiles(parts.releases),
    outageReports({ store, whoAsks }),
    consolePages(),
  ];
  const api = await startApiServer({ routes, raw, whoAsks, store, clock, log }, config.http.host, config.http.port);
  const end = new AbortController();
  keeper?.start(end.signal);
  const leading = takeTurns(
    { store, clock, log, holder: uuidv7(clock, random), lead: (signal) => service.run(signal) },
    end.signal,
  );
  void sweepAccess(signIn, clock, log, end.signal);
  log.info({ http: api.port, broker: broker.url }, 'the controller answers');
  return {
    httpPort: api.port,
    brokerPort: embedded?.port ?? null,
    signIn,
    parts,
    stop: () => stop(api, end, [leading, keeper?.ended()], view, embedded),
  };
}

/** Where acquirers tell what became of payments. */
function webhooks({ config, adyenKeys = [], store, log }: ControllerWorld, jobs: JobsDesk): RawHandler[] {
  const { adyen } = config;
  if (adyen === null || adyenKeys.length === 0) return [];
  const take = createPaymentWebhooks({ store, jobs, hmacKeys: adyenKeys, log: log.child({ room: 'webhooks' }) });
  return [
    async (request, response, url) => {
      if (url.pathname !== adyen.path) return false;
      await take(request, response);
      return true;
    },
  ];
}

/** All that the API answers; the OpenAPI document is made of it. */
export function allRoutes(parts: ApiParts): readonly Route[] {
  const routes: Route[] = [
    ...terminalRoutes(parts),
    ...settingsRoutes(parts),
    ...jobRoutes(parts),
    ...releaseRoutes(parts),
    ...deskRoutes(parts),
    ...deskDecisionRoutes(parts),
    ...reconciliationRoutes(parts),
    ...claimRoutes(parts),
    ...peopleRoutes(parts),
    ...openRoutes(() => routes, parts.version),
  ];
  return routes;
}

async function stop(
  api: ApiServer,
  end: AbortController,
  endings: readonly (Promise<void> | undefined)[],
  view: FleetView,
  embedded: EmbeddedBroker | null,
): Promise<void> {
  await api.close();
  end.abort();
  await Promise.all(endings);
  view.close();
  await embedded?.close();
}

/** How terminals reach the broker, unless the configuration says otherwise. */
function publicBroker({ publicBroker: configured, broker }: ControllerConfig, embedded: EmbeddedBroker | null): string {
  if (configured !== '') return configured;
  if (broker.kind === 'external') return broker.url;
  return `${broker.tls === null ? 'mqtt' : 'mqtts'}://${broker.host}:${embedded?.port ?? broker.port}`;
}

function brokerWay({ config, links, authorities }: ControllerWorld, embedded: EmbeddedBroker | null, password: string) {
  const { broker } = config;
  if (broker.kind === 'external') {
    return {
      open: links,
      url: broker.url,
      authorities,
      mqttVersion: 'auto',
      username: broker.username,
      password,
    } as const;
  }
  const url = `mqtt://127.0.0.1:${embedded?.ownPort ?? broker.port}`;
  return { open: links, url, authorities, mqttVersion: 4, username: controllerUser, password } as const;
}

/** Keeps accounts at an external broker; null: somebody else does, or the embedded one looks them up. */
function accountsKeeper(
  { config, clock, random, log }: ControllerWorld,
  broker: ReturnType<typeof brokerWay>,
): MosquittoAccounts | null {
  if (config.broker.kind !== 'external' || config.broker.accounts === 'none') return null;
  return new MosquittoAccounts({ broker, clock, random, log: log.child({ room: 'broker accounts' }) });
}

async function sweepAccess(signIn: SignIn, clock: Clock, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await signIn.sweep().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'old sessions stay a while'));
    await clock.sleep(sweepAccessEvery, signal);
  }
}
