import { createWriteStream } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { JournalMedium } from '../assembly/journal-tools.ts';
import type { JournalReport } from '../journal/report.ts';
import { HoldfastError, isHoldfastError } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, load, print } from './command-tools.ts';

interface MediumOptions {
  readonly fromDir?: string;
  readonly tapeDir?: string;
  readonly terminal?: string;
}

interface OutputOptions {
  readonly output?: string;
}

/** `holdfast journal …`: looks at what was sold, takes it out of a terminal, and puts it into a new one. */
export function addJournal(program: Command, world: CliWorld): void {
  const journal = program.command('journal').description('everything that was sold, kept twice');

  onMedium(forMachines(configured(journal.command('verify'), world)))
    .description(
      'read both copies from beginning to end and say what is found; changes nothing; exit code 65 if damaged',
    )
    .action(async (options: CommonOptions & MediumOptions) => {
      const report = await verify(options);
      print(world, options, report, ({ words }) => words.join('\n'));
      if (report.outcome !== 'whole') throw notWhole(report);
    });

  configured(journal.command('export'), world)
    .description('write everything as JSON Lines, with checksums')
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .action(async (options: CommonOptions & OutputOptions) => {
      await deliver(options, exported(options));
    });

  onMedium(journal.command('recover'))
    .description('write everything that can be read of a broken terminal’s medium; changes nothing there')
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .action(async (options: MediumOptions & OutputOptions) => {
      const medium = mediumOf(options);
      if (medium === null) throw usage('Name the data directory on the medium with --from-dir.');
      const tools = await world.journalTools();
      const report = await tools.verifyMedium(medium);
      await deliver(options, tools.exportMedium(medium));
      world.output.err(`${report.words.join('\n')}\n`);
      if (report.outcome === 'loss') throw notWhole(report);
    });

  forMachines(configured(journal.command('import'), world))
    .description('make the journal of a new device from an export, or from the data directory of a broken one')
    .argument('<from>', 'file or folder')
    .option('--last-receipt <number>', 'the last receipt known to have been given, if newer than what is imported')
    .action(async (from: string, options: CommonOptions & { readonly lastReceipt?: string }) => {
      const tools = await world.journalTools();
      const { lastReceipt } = options;
      const wishes = { from, ...(lastReceipt === undefined ? {} : { lastReceipt }) };
      print(world, options, await tools.importJournal(load(options, world), wishes), ({ words }) => words.join('\n'));
    });

  /** Asks the terminal if it runs; reads its folders if it does not. */
  async function verify(options: CommonOptions & MediumOptions): Promise<JournalReport> {
    const medium = mediumOf(options);
    if (medium !== null) return (await world.journalTools()).verifyMedium(medium);
    return unlessStopped(
      () => connect(options, world).verifyJournal(),
      async () => {
        const tools = await world.journalTools();
        const stopped = stoppedMedium(options);
        return tools.whileStopped(stopped.dataDir, () => tools.verifyMedium(stopped));
      },
    );
  }

  async function* exported(options: CommonOptions): AsyncGenerator<string> {
    const running = await unlessStopped(
      () => connect(options, world).exportJournal(),
      async () => null,
    );
    if (running !== null) {
      yield* running;
      return;
    }
    const tools = await world.journalTools();
    yield* tools.exportMedium(stoppedMedium(options));
  }

  function stoppedMedium(options: CommonOptions): JournalMedium {
    const { dataDir, journal: folders, terminal } = load(options, world);
    return { dataDir, tapeDir: folders.tapeDir, terminal: terminal.id };
  }

  async function deliver({ output }: OutputOptions, lines: AsyncIterable<string>): Promise<void> {
    if (output === undefined) for await (const line of lines) world.output.out(line);
    else {
      await writeWhole(output, lines);
      world.output.err(`Written to ${output}.\n`);
    }
  }
}

function notWhole({ outcome }: JournalReport): HoldfastError {
  const loss = outcome === 'loss';
  return new HoldfastError(
    'journal.not-whole',
    loss ? 'Something is lost.' : 'One copy is not whole; nothing is lost.',
    {
      remedy: 'operator',
      hint: loss
        ? 'Keep the media; docs/recovery.md says what can be done.'
        : 'The terminal repairs it from the other copy when it starts.',
    },
  );
}

function onMedium(command: Command): Command {
  return command
    .option('--from-dir <folder>', 'the data directory of another terminal, wherever its medium is mounted')
    .option('--tape-dir <folder>', 'its tape, if that was on another medium')
    .option('--terminal <number>', 'whose journal it is, if no sale says so');
}

function mediumOf({ fromDir, tapeDir, terminal }: MediumOptions): JournalMedium | null {
  if (fromDir === undefined) return null;
  return {
    dataDir: fromDir,
    ...(tapeDir === undefined ? {} : { tapeDir }),
    ...(terminal === undefined ? {} : { terminal }),
  };
}

async function unlessStopped<Answer>(ask: () => Promise<Answer>, otherwise: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (isHoldfastError(error, 'control.not-running')) return otherwise();
    throw error;
  }
}

/** The whole file or none; an older export is not written over. */
async function writeWhole(path: string, lines: AsyncIterable<string>): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw usage(`${path} exists already; an export is not written over another one.`);
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(part, { mode: 0o600 }));
    const file = await open(part, 'r+');
    await file.sync().finally(() => file.close());
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

const usage = (words: string): HoldfastError => new HoldfastError('control.bad-request', words, { remedy: 'never' });
