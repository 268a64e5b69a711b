import { stdin } from 'node:process';
import type { Command } from 'commander';
import type { TerminalConfig } from '../config/schema.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { hashPin, pinMatches } from '../platform/pin-hash.ts';
import { type CliWorld, type CommonOptions, configured, load } from './command-tools.ts';

type Member = TerminalConfig['staff']['members'][number];

/** `holdfast staff hash-pin`: what the configuration holds instead of a PIN. */
export function addStaff(program: Command, world: CliWorld): void {
  const staff = program.command('staff').description('who works at the till');
  configured(staff.command('hash-pin'), world)
    .description('make what staff.members[].pinHash holds, from a PIN of 4 to 12 digits that nobody else has')
    .argument('[pin]', 'the PIN; without it, it is read from standard input, where no history keeps it')
    .option('--for <name>', 'whose PIN it is: the one they have now may stay')
    .action(async (typed: string | undefined, options: CommonOptions & { readonly for?: string }) => {
      const pin = (typed ?? (await readLine())).trim();
      if (!/^\d{4,12}$/.test(pin)) {
        throw new HoldfastError('staff.bad-pin', 'A PIN has 4 to 12 digits', { remedy: 'operator' });
      }
      const others = membersOf(options, world).filter(({ name }) => name !== options.for);
      for (const { pinHash } of others) {
        if (pinHash === null || !(await pinMatches(pin, pinHash))) continue;
        throw new HoldfastError(
          'staff.pin-taken',
          'Somebody has this PIN already: the till could not tell them apart',
          {
            remedy: 'operator',
            hint: 'Choose another PIN.',
          },
        );
      }
      world.output.out(`${await hashPin(pin)}\n`);
    });
}

/** Those who are there already; a configuration that is still being written is no reason to refuse. */
function membersOf(options: CommonOptions, world: CliWorld): readonly Member[] {
  try {
    return load(options, world).staff.members;
  } catch (error) {
    const [why = ''] = messageOf(error).split('\n');
    world.output.err(`Not compared with the PINs of others (${why})\n`);
    return [];
  }
}

async function readLine(): Promise<string> {
  let text = '';
  for await (const chunk of stdin) text += String(chunk);
  return text;
}
