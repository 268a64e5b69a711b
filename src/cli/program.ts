import { Command, CommanderError } from 'commander';
import { describeSettings, withoutSecrets } from '../config/describe.ts';
import { HoldfastError } from '../platform/errors.ts';
import { addCases } from './cases-command.ts';
import { checkConfig } from './check-config.ts';
import { addChecklist } from './checklist-command.ts';
import {
  type CliWorld,
  type CommonOptions,
  configured,
  connect,
  forMachines,
  load,
  print,
  sourcesOf,
} from './command-tools.ts';
import { addDevices } from './devices-command.ts';
import { type ExitCode, exitCode, exitCodeOf } from './exit-code.ts';
import { addFleet, joinAndProvision } from './fleet-command.ts';
import { addJournal } from './journal-command.ts';
import { addKeypad } from './keypad-command.ts';
import { addLanguage } from './language-command.ts';
import { addOrders } from './orders-command.ts';
import { addOutageReport } from './outage-report-command.ts';
import { describeFailure, ProgressBar, table } from './output.ts';
import { addParked } from './parked-command.ts';
import { addPayments } from './payments-command.ts';
import { addPrice } from './price-command.ts';
import { addReceipt } from './receipt-command.ts';
import { addSettlement } from './settlement-command.ts';
import { showDocument, showQueue, showShift, showSnapshot, showStatus } from './show.ts';
import { addStaff } from './staff-command.ts';
import { addUpdate } from './update-command.ts';

/** Runs one `holdfast …` command line (without the program's name) and answers what to exit with. Never throws. */
export async function runCli(args: readonly string[], world: CliWorld): Promise<ExitCode> {
  const program = buildProgram(world);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    world.output.err(describeFailure(error));
    return exitCodeOf(error);
  }
}

function buildProgram(world: CliWorld): Command {
  const program = new Command('holdfast')
    .description('The software inside a shop’s till: runs a terminal, and asks a running one.')
    .version(world.version)
    .configureOutput({ writeOut: world.output.out, writeErr: world.output.err })
    .exitOverride()
    .showHelpAfterError();
  addRun(program, world);
  addStatus(program, world);
  addQueue(program, world);
  addSync(program, world);
  addMetrics(program, world);
  addSnapshot(program, world);
  addShift(program, world);
  addPrice(program, world);
  addReceipt(program, world);
  addPayments(program, world);
  addCases(program, world);
  addParked(program, world);
  addChecklist(program, world);
  addOutageReport(program, world);
  const reconcile = program.command('reconcile').description('the journal beside what others say of it');
  addSettlement(reconcile, world);
  addOrders(reconcile, world);
  addDevices(program, world);
  addJournal(program, world);
  addFleet(program, world);
  addUpdate(program, world);
  addStaff(program, world);
  addKeypad(program, world);
  addConfig(program, world);
  addLanguage(program, world);
  return program;
}

function addRun(program: Command, world: CliWorld): void {
  configured(program.command('run'), world)
    .description('run the terminal until SIGTERM')
    .action(async (options: CommonOptions) => {
      do await joinAndProvision(options, world, { sellFirst: true });
      while ((await world.run(load(options, world), sourcesOf(options, world))) === 'restarting');
    });
  configured(program.command('provision'), world)
    .description('put a new terminal into service: begin its journal')
    .action(async (options: CommonOptions) => {
      const config = load(options, world);
      const began = (await world.provision(config)) === 'begun';
      world.output.out(
        began
          ? `Terminal ${config.terminal.id} is in service; its journal is in ${config.dataDir}.\n`
          : `Terminal ${config.terminal.id} was in service already; nothing was changed.\n`,
      );
    });
}

function addStatus(program: Command, world: CliWorld): void {
  forMachines(configured(program.command('status'), world))
    .description('say how the running terminal is')
    .action(async (options: CommonOptions) => {
      print(world, options, await connect(options, world).status(), (status) => showStatus(status, world.clock.now()));
    });
}

function addQueue(program: Command, world: CliWorld): void {
  const queue = program
    .command('queue')
    .description('what is on its way to Magento: sales, returns, new customers, outcomes of card payments');
  forMachines(configured(queue.command('list'), world))
    .description('list what Magento has not confirmed')
    .option('--state <states>', 'waiting, parked, confirmed, withdrawn; several with commas', 'waiting,parked')
    .option('--limit <count>', 'at most this many', '100')
    .action(async (options: CommonOptions & { readonly state: string; readonly limit: string }) => {
      const filter = { states: options.state.split(','), limit: Number(options.limit) };
      const entries = await connect(options, world).queue(filter);
      print(world, options, entries, (list) => showQueue(list, world.clock.now()));
    });
  forMachines(configured(queue.command('show'), world))
    .description('show one sale or other document and how far its delivery is')
    .argument('<document>', 'receipt number or id')
    .action(async (document: string, options: CommonOptions) => {
      print(world, options, await connect(options, world).document(document), showDocument);
    });
  forMachines(configured(queue.command('retry'), world))
    .description('send what Magento refused on its way again')
    .argument('<document>', 'receipt number or id')
    .action(async (document: string, options: CommonOptions) => {
      print(world, options, await connect(options, world).retryParked(document), showDocument);
    });
}

function addMetrics(program: Command, world: CliWorld): void {
  configured(program.command('metrics'), world)
    .description('print what Prometheus collects, in its text format')
    .action(async (options: CommonOptions) => {
      world.output.out(await connect(options, world).metrics());
    });
}

function addSync(program: Command, world: CliWorld): void {
  const sync = program.command('sync').description('the loop that brings sales to Magento');
  const commands = { now: 'try at once', pause: 'stop delivering until resumed', resume: 'go on delivering' } as const;
  for (const name of ['now', 'pause', 'resume'] as const) {
    forMachines(configured(sync.command(name), world))
      .description(commands[name])
      .action(async (options: CommonOptions) => {
        const status = await connect(options, world).sync(name);
        print(world, options, status, (answer) => `${answer.connection.state}: ${answer.connection.words}`);
      });
  }
}

function addSnapshot(program: Command, world: CliWorld): void {
  const snapshot = program.command('snapshot').description('the local copy of the shop');
  forMachines(configured(snapshot.command('info'), world))
    .description('say how fresh and how large it is, and what was left out')
    .action(async (options: CommonOptions) => {
      print(world, options, await connect(options, world).snapshot(), (info) => showSnapshot(info, world.clock.now()));
    });
  forMachines(configured(snapshot.command('pull'), world))
    .description('read the shop from Magento now')
    .action(async (options: CommonOptions) => {
      const bar = new ProgressBar(world.output);
      for await (const progress of connect(options, world).pullSnapshot()) {
        if (progress.kind === 'progress') bar.show(progress.what, progress.done, progress.total);
        else bar.end();
        if (progress.kind === 'failed') {
          const { code, message, hint } = progress.error;
          throw new HoldfastError(code, message, { remedy: 'operator', ...(hint === null ? {} : { hint }) });
        }
        if (progress.kind === 'done') {
          print(world, options, progress.snapshot, (info) => showSnapshot(info, world.clock.now()));
          return;
        }
      }
      throw new HoldfastError('control.failed', 'The terminal stopped before the snapshot was complete.', {
        remedy: 'retry',
      });
    });
}

function addShift(program: Command, world: CliWorld): void {
  const shift = program.command('shift').description('the shift at this terminal');
  forMachines(configured(shift.command('show', { isDefault: true }), world))
    .description('say whether a shift is open, and its sums')
    .action(async (options: CommonOptions) => {
      print(world, options, await connect(options, world).shift(), showShift);
    });
  forMachines(configured(shift.command('open'), world))
    .description('open a shift')
    .requiredOption('--cashier <name>', 'who sells')
    .option('--float <amount>', 'cash in the drawer', '0.00')
    .action(async (options: CommonOptions & { readonly cashier: string; readonly float: string }) => {
      const { cashier, float } = options;
      print(world, options, await connect(options, world).openShift({ cashier, float }), showShift);
    });
  forMachines(configured(shift.command('close'), world))
    .description('close the shift')
    .option('--counted <amount>', 'cash counted in the drawer')
    .action(async (options: CommonOptions & { readonly counted?: string }) => {
      const closed = await connect(options, world).closeShift({ counted: options.counted ?? null });
      print(world, options, closed, showShift);
    });
}

function addConfig(program: Command, world: CliWorld): void {
  const config = program.command('config').description('the terminal’s configuration');
  configured(config.command('check'), world)
    .description('say whether the configuration is right; exit code 78 if not')
    .action((options: CommonOptions) => {
      const remarks = checkConfig(options, world);
      for (const words of remarks) world.output.out(`${words}\n`);
      world.output.out(`${options.config} is right${remarks.length === 0 ? '' : ', but see above'}.\n`);
    });
  forMachines(configured(config.command('print'), world))
    .description('print the configuration in force, without secrets')
    .option('--defaults', 'print every setting with its type, default, variable and meaning instead')
    .action((options: CommonOptions & { readonly defaults?: boolean }) => {
      if (options.defaults === true) {
        print(world, options, describeSettings(), showSettings);
        return;
      }
      world.output.out(`${JSON.stringify(withoutSecrets(load(options, world)), null, 2)}\n`);
    });
}

function showSettings(settings: ReturnType<typeof describeSettings>): string {
  return table(
    [{ title: 'SETTING' }, { title: 'TYPE' }, { title: 'DEFAULT' }, { title: 'MEANING' }],
    settings.map((setting) => [setting.key, setting.type, setting.fallback ?? 'required', setting.meaning]),
  );
}
