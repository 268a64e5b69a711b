import type { Command } from 'commander';
import type { z } from 'zod';
import { type CaseDetail, type CaseEntry, caseWish } from '../control/cases-protocol.ts';
import { HoldfastError } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';
import { ago, facts, table } from './output.ts';

type Wish = z.infer<typeof caseWish>;
interface Signed extends CommonOptions {
  readonly by: string;
}

/** `holdfast cases …`: what a person must bring to an end. */
export function addCases(program: Command, world: CliWorld): void {
  const cases = program.command('cases').description('what a person must bring to an end: differences, declined cards');
  const now = (): number => world.clock.now();
  forMachines(configured(cases.command('list'), world))
    .description('list the open cases, oldest first')
    .option('--all', 'closed ones too, newest first')
    .option('--limit <count>', 'at most this many', '100')
    .action(async (options: CommonOptions & { readonly all?: true; readonly limit: string }) => {
      const filter = { all: options.all === true, limit: Number(options.limit) };
      print(world, options, await connect(options, world).cases(filter), (list) => showCases(list, now()));
    });
  forMachines(configured(cases.command('show'), world))
    .description('show a case: evidence, what to do, history')
    .argument('<case>', 'as the list names it')
    .action(async (id: string, options: CommonOptions) => {
      print(world, options, await connect(options, world).case(id), showCase);
    });

  const act = async (id: string, options: CommonOptions, wish: unknown): Promise<void> => {
    const read = caseWish.safeParse(wish);
    if (!read.success) throw badOption(read.error.issues[0]);
    print(world, options, await connect(options, world).actOnCase(id, read.data), showCase);
  };
  const signed = (name: Wish['step'], description: string): Command =>
    forMachines(configured(cases.command(name), world))
      .description(description)
      .argument('<case>', 'as the list names it')
      .requiredOption('--by <name>', 'who does it; kept with the case');
  signed('take', 'say who looks after a case')
    .option('--owner <name>', 'somebody else than --by')
    .action((id: string, { owner, ...options }: Signed & { readonly owner?: string }) =>
      act(id, options, { step: 'take', by: options.by, owner: owner ?? options.by }),
    );
  const told = [
    ['note', 'keep a remark with a case'],
    ['wait', 'say what a case waits for'],
    ['reopen', 'open a closed case again, and say why'],
  ] as const;
  for (const [step, description] of told) {
    signed(step, description)
      .requiredOption('--words <text>', 'in a few words')
      .action((id: string, options: Signed & { readonly words: string }) =>
        act(id, options, { step, by: options.by, words: options.words }),
      );
  }
  signed('close', 'close a case')
    .requiredOption('--outcome <outcome>', 'how it ended; "cases show" names what it may be')
    .requiredOption('--words <text>', 'in a few words')
    .action((id: string, options: Signed & { readonly outcome: string; readonly words: string }) =>
      act(id, options, { step: 'close', by: options.by, outcome: options.outcome, words: options.words }),
    );
}

function badOption(issue: z.core.$ZodIssue | undefined): HoldfastError {
  return new HoldfastError('cli.bad-option', `--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`, {
    remedy: 'operator',
  });
}

function showCases(list: readonly CaseEntry[], now: number): string {
  if (list.length === 0) return 'No open cases.';
  return table(
    [{ title: 'case' }, { title: 'receipt' }, { title: 'since' }, { title: 'state' }, { title: 'what' }],
    list.map(({ caseId, receiptNumber, openedAt, state, owner, words }) => [
      caseId,
      receiptNumber ?? '–',
      `${ago(Date.parse(openedAt), now)} ago`,
      owner === null ? state : `${state} (${owner})`,
      words,
    ]),
  );
}

function showCase(found: CaseDetail): string {
  const { caseId, title, words, receiptNumber, state, owner, outcome, nextStep, runbook, outcomes } = found;
  const pairs: [string, string][] = [
    ['case', caseId],
    ['what', title],
    ['seen', words],
    ['receipt', receiptNumber ?? 'none'],
    ['state', outcome ?? (owner === null ? state : `${state} (${owner})`)],
    ['evidence', JSON.stringify(found.evidence)],
  ];
  if (state !== 'closed') pairs.push(['do', nextStep], ['more', runbook], ['can end as', outcomes.join(', ')]);
  const history = found.history.map(({ at, by, words: said }) => `${at}  ${by}: ${said}`);
  return [facts(pairs), '', ...history].join('\n');
}
