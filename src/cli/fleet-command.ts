import type { Command } from 'commander';
import { HoldfastError } from '../platform/errors.ts';
import { addBrokerConfig } from './broker-command.ts';
import { type CliWorld, type CommonOptions, configured, forMachines, load, print, sourcesOf } from './command-tools.ts';
import { asked, type FleetOptions, fleetClient } from './fleet-asking.ts';
import { addFleetDecisions } from './fleet-decisions.ts';
import { addFleetMorning } from './fleet-morning.ts';
import { addFleetReconcile } from './fleet-reconcile.ts';
import { addFleetReleases, whereToFetch } from './fleet-releases.ts';
import {
  type ShownAlarm,
  type ShownJob,
  type ShownRow,
  type ShownTerminal,
  showAlarms,
  showJob,
  showRows,
  showTerminal,
} from './fleet-show.ts';

/** Joins the fleet that the terminal's file names, if it names one, and begins the journal of a new terminal. */
export async function joinAndProvision(
  options: CommonOptions,
  world: CliWorld,
  { code, sellFirst }: { readonly code?: string; readonly sellFirst: boolean },
): Promise<string | null> {
  if (world.joinFleet === undefined) return null;
  return world.joinFleet(sourcesOf(options, world), {
    sellFirst,
    tell: (words) => world.output.err(`${words}\n`),
    provision: (first) => world.provision(load(options, world), first),
    ...(code === undefined ? {} : { code }),
  });
}

/** `holdfast fleet …`: joins a fleet, and manages one. */
export function addFleet(program: Command, world: CliWorld): void {
  const fleet = program.command('fleet').description('many terminals, run by a controller (docs/fleet.md)');
  configured(fleet.command('enrol'), world)
    .description('make this device a terminal of the fleet that its configuration names')
    .option('--code <digits>', 'a claim code; else the batch in fleet.claim, or what is typed at the terminal')
    .action(async (options: CommonOptions & { readonly code?: string }) => {
      const { code } = options;
      const terminal = await joinAndProvision(options, world, {
        sellFirst: false,
        ...(code === undefined ? {} : { code }),
      });
      if (terminal === null) throw noFleet(options.config);
      world.output.out(`This device is terminal ${terminal}.\n`);
    });
  addLooking(fleet, world);
  addFleetMorning(fleet, world);
  addFleetReconcile(fleet, world);
  addFleetDecisions(fleet, world);
  addChanging(fleet, world);
  addJobs(fleet, world);
  addFleetReleases(fleet, world);
  addJoining(fleet, world);
  addBrokerConfig(fleet, world);
}

interface Filter {
  readonly search?: string;
  readonly group?: string;
  readonly presence?: string;
  readonly troubled?: boolean;
}

const filtered = (command: Command): Command =>
  command
    .option('--search <words>', 'found in number, label, group, version or trouble')
    .option('--group <name>', 'only of this group')
    .option('--presence <state>', 'online, lost, stopped, restarting, never')
    .option('--troubled', 'only with an alarm');

function queryOf({ search, group, presence, troubled }: Filter, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(more);
  for (const [name, value] of Object.entries({ search, group, presence }))
    if (value !== undefined) query.set(name, value);
  if (troubled === true) query.set('troubled', 'true');
  return query.size === 0 ? '' : `?${query}`;
}

function addLooking(fleet: Command, world: CliWorld): void {
  filtered(forMachines(asked(fleet.command('list'), world)))
    .description('list terminals')
    .action(async (options: FleetOptions & Filter) => {
      const path = `/api/terminals${queryOf(options, { limit: '20000' })}`;
      const { rows } = await fleetClient(options, world).ask<{ readonly rows: readonly ShownRow[] }>('GET', path);
      print(world, options, rows, (list) => showRows(list, world.clock.now()));
    });
  filtered(asked(fleet.command('export'), world))
    .description('write all terminals as CSV')
    .action(async (options: FleetOptions & Filter) => {
      world.output.out(await fleetClient(options, world).ask('GET', `/api/export/terminals.csv${queryOf(options)}`));
    });
  forMachines(asked(fleet.command('show'), world))
    .description('show one terminal')
    .argument('<terminal>')
    .action(async (terminal: string, options: FleetOptions) => {
      const found = await fleetClient(options, world).ask<ShownTerminal>('GET', `/api/terminals/${terminal}`);
      print(world, options, found, (shown) => showTerminal(shown, world.clock.now()));
    });
  forMachines(asked(fleet.command('alarms'), world))
    .description('list what somebody should act on, worst first')
    .action(async (options: FleetOptions) => {
      const { alarms } = await fleetClient(options, world).ask<{ readonly alarms: readonly ShownAlarm[] }>(
        'GET',
        '/api/alarms',
      );
      print(world, options, alarms, (list) => showAlarms(list, world.clock.now()));
    });
}

function addChanging(fleet: Command, world: CliWorld): void {
  asked(fleet.command('set'), world)
    .description('change settings of a terminal, or of a group with --group')
    .argument('<where>', 'the terminal’s number or the group’s name')
    .argument('<settings...>', 'key=value; the value as JSON or text; "key=" decides it here no longer')
    .option('--group', 'the name is a group’s')
    .action(async (where: string, written: readonly string[], options: FleetOptions & { readonly group?: boolean }) => {
      const settings = Object.fromEntries(written.map(readSetting));
      const place = options.group === true ? 'groups' : 'terminals';
      await fleetClient(options, world).ask('PUT', `/api/${place}/${where}/settings`, { settings });
      world.output.out(`Done; "holdfast fleet show" says when a terminal has taken it.\n`);
    });
  asked(fleet.command('assign'), world)
    .description('put a terminal into a group, which is made if there is none')
    .argument('<terminal>')
    .argument('<group>')
    .action(async (terminal: string, group: string, options: FleetOptions) => {
      const to = fleetClient(options, world);
      const { groups } = await to.ask<{ readonly groups: readonly { readonly name: string }[] }>('GET', '/api/groups');
      if (!groups.some(({ name }) => name === group)) await to.ask('POST', '/api/groups', { name: group });
      await to.ask('PATCH', `/api/terminals/${terminal}`, { group });
      world.output.out(`${terminal} is in ${group}.\n`);
    });
  asked(fleet.command('revoke'), world)
    .description('shut a terminal’s device out for good')
    .argument('<terminal>')
    .requiredOption('--why <words>', 'for the audit log')
    .action(async (terminal: string, options: FleetOptions & { readonly why: string }) => {
      await fleetClient(options, world).ask('POST', `/api/terminals/${terminal}/revoke`, { why: options.why });
      world.output.out(`The device of ${terminal} is shut out.\n`);
    });
}

function readSetting(text: string): readonly [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new HoldfastError('control.bad-request', `"${text}" is not a setting`, {
      remedy: 'never',
      hint: 'Write key=value.',
    });
  }
  const value = text.slice(at + 1);
  if (value === '') return [text.slice(0, at), null];
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

interface JobOptions extends FleetOptions {
  readonly text?: string;
  readonly seconds?: string;
  readonly release?: string;
  readonly url?: string;
}

const ordering = (command: Command): Command =>
  command
    .option('--text <words>', 'for show-message')
    .option('--seconds <count>', 'for show-message')
    .option('--release <version>', 'for update')
    .option('--url <address>', 'for update; without it, where the controller has the release');

async function jobOf(kind: string, options: JobOptions, world: CliWorld) {
  const { text, seconds, release, url } = options;
  const isElsewhere = release === undefined || url !== undefined;
  return {
    kind,
    ...(text === undefined ? {} : { text }),
    ...(seconds === undefined ? {} : { seconds: Number(seconds) }),
    ...(isElsewhere ? {} : await whereToFetch(release, options, world)),
    ...(isElsewhere && release !== undefined ? { version: release } : {}),
    ...(url === undefined ? {} : { url }),
  };
}

function addJobs(fleet: Command, world: CliWorld): void {
  ordering(forMachines(asked(fleet.command('job'), world)))
    .description('order something from one terminal')
    .argument('<terminal>')
    .argument(
      '<kind>',
      'sync-now, refresh-snapshot, test-print, show-message, close-shift, checklist, collect-diagnostics, restart, rotate-credentials, update',
    )
    .action(async (terminal: string, kind: string, options: JobOptions) => {
      const job = await fleetClient(options, world).ask<ShownJob>('POST', `/api/terminals/${terminal}/jobs`, {
        job: await jobOf(kind, options, world),
      });
      print(world, options, job, showJob);
    });
  forMachines(asked(fleet.command('jobs'), world))
    .description('list a terminal’s jobs, newest first')
    .argument('<terminal>')
    .action(async (terminal: string, options: FleetOptions) => {
      const path = `/api/terminals/${terminal}/jobs`;
      const { jobs } = await fleetClient(options, world).ask<{ readonly jobs: readonly ShownJob[] }>('GET', path);
      print(world, options, jobs, (list) => list.map(showJob).join('\n'));
    });
  ordering(forMachines(asked(fleet.command('rollout'), world)))
    .description('give one job to many terminals, a few first')
    .argument('<kind>')
    .option('--label <words>', 'what it is for', '')
    .option('--group <name>', 'only terminals of this group')
    .option('--steps <percent>', 'e.g. 5,25', '5,25')
    .option('--pause-after-step', 'wait for a person’s word after each step')
    .option('--abort-at <percent>', 'of jobs that ended badly', '20')
    .action(
      async (
        kind: string,
        options: JobOptions & {
          readonly label: string;
          readonly group?: string;
          readonly steps: string;
          readonly pauseAfterStep?: boolean;
          readonly abortAt: string;
        },
      ) => {
        const rollout = await fleetClient(options, world).ask<{
          readonly rolloutId: string;
          readonly words: string;
          readonly terminals: number;
        }>('POST', '/api/rollouts', {
          label: options.label === '' ? kind : options.label,
          job: await jobOf(kind, options, world),
          group: options.group ?? null,
          steps: options.steps.split(',').map(Number),
          pauseAfterStep: options.pauseAfterStep === true,
          abortAt: Number(options.abortAt),
        });
        print(
          world,
          options,
          rollout,
          ({ rolloutId, terminals }) => `Rollout ${rolloutId} for ${terminals} terminal(s) begins.`,
        );
      },
    );
  for (const wish of ['pause', 'resume', 'abort'] as const) {
    forMachines(asked(fleet.command(`rollout-${wish}`), world))
      .description(`${wish} a rollout`)
      .argument('<rollout>')
      .action(async (rollout: string, options: FleetOptions) => {
        const answer = await fleetClient(options, world).ask<{ readonly state: string; readonly words: string }>(
          'POST',
          `/api/rollouts/${rollout}/${wish}`,
        );
        print(world, options, answer, ({ state, words }) => `${state}: ${words}`);
      });
  }
}

function addJoining(fleet: Command, world: CliWorld): void {
  forMachines(asked(fleet.command('code'), world))
    .description('make a claim code that is typed at one device within five minutes')
    .option('--terminal <number>', 'which terminal it becomes; else a new one')
    .option('--group <name>', 'of a new terminal')
    .option('--prefix <letters>', 'of a new terminal’s number', 'K')
    .option('--replace', 'it takes the place of the device that has the number')
    .option('--last-receipt <counter>', 'the highest receipt of the broken device that is known from paper')
    .action(
      async (
        options: FleetOptions & {
          readonly terminal?: string;
          readonly group?: string;
          readonly prefix: string;
          readonly replace?: boolean;
          readonly lastReceipt?: string;
        },
      ) => {
        const made = await fleetClient(options, world).ask<{ readonly code: string; readonly qr: string }>(
          'POST',
          '/api/claims/codes',
          {
            terminal: options.terminal ?? null,
            group: options.group ?? null,
            prefix: options.prefix,
            replaces: options.replace === true,
            lastReceiptCounter: options.lastReceipt === undefined ? null : Number(options.lastReceipt),
          },
        );
        print(world, options, made, ({ code }) => `${code}   (good for five minutes)`);
      },
    );
  forMachines(asked(fleet.command('batch'), world))
    .description('make a credential for many new devices')
    .argument('<name>')
    .option('--group <name>', 'that its terminals are put into')
    .option('--prefix <letters>', 'of their numbers', 'K')
    .option('--limit <count>', 'most devices that may come by it')
    .option('--approve', 'a person must let each device in')
    .action(
      async (
        name: string,
        options: FleetOptions & {
          readonly group?: string;
          readonly prefix: string;
          readonly limit?: string;
          readonly approve?: boolean;
        },
      ) => {
        const made = await fleetClient(options, world).ask<{ readonly username: string; readonly password: string }>(
          'POST',
          '/api/claims/batches',
          {
            name,
            group: options.group ?? null,
            prefix: options.prefix,
            limit: options.limit === undefined ? null : Number(options.limit),
            approval: options.approve === true ? 'manual' : 'auto',
          },
        );
        print(
          world,
          options,
          made,
          (claim) => `"claim": ${JSON.stringify(claim)}\n(for "fleet" in the devices’ files; not shown again)`,
        );
      },
    );
  asked(fleet.command('approve'), world)
    .description('let a device in that asks')
    .argument('<device>')
    .action(async (device: string, options: FleetOptions) => {
      await fleetClient(options, world).ask('POST', `/api/devices/${device}/approve`);
      world.output.out(`${device} is let in.\n`);
    });
  asked(fleet.command('forget'), world)
    .description('forget a revoked device, so that its hardware may come back by a new claim')
    .argument('<device>')
    .action(async (device: string, options: FleetOptions) => {
      await fleetClient(options, world).ask('DELETE', `/api/devices/${device}`);
      world.output.out(`${device} is forgotten.\n`);
    });
  asked(fleet.command('token'), world)
    .description('sign in with $HOLDFAST_PASSWORD and make a token for $HOLDFAST_TOKEN')
    .requiredOption('--user <name>', 'who signs in')
    .option('--label <words>', 'what it is for', 'command line')
    .option('--role <role>', 'viewer, operator, admin; at most the user’s', 'operator')
    .option('--days <count>', 'how long it is good', '30')
    .action(
      async (
        options: FleetOptions & {
          readonly user: string;
          readonly label: string;
          readonly role: string;
          readonly days: string;
        },
      ) => {
        const signedIn = await fleetClient(options, world).signIn(options.user, world.env['HOLDFAST_PASSWORD'] ?? '');
        const { label, role, days } = options;
        const { token } = await signedIn.ask<{ readonly token: string }>('POST', '/api/tokens', {
          label,
          role,
          days: Number(days),
        });
        await signedIn.ask('DELETE', '/api/session');
        world.output.out(`${token}\n`);
      },
    );
}

function noFleet(file: string): HoldfastError {
  return new HoldfastError('config.invalid', `${file} names no fleet`, {
    remedy: 'operator',
    hint: 'Set "fleet" (broker and name), as docs/fleet.md shows.',
  });
}
