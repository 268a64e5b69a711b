import { stdin } from 'node:process';
import type { Command } from 'commander';
import { HoldfastError } from '../platform/errors.ts';
import { hashPin } from '../platform/pin-hash.ts';
import type { CliWorld } from './command-tools.ts';

/** `holdfast staff hash-pin`: what the configuration holds instead of a PIN. */
export function addStaff(program: Command, world: CliWorld): void {
  const staff = program.command('staff').description('who works at the till');
  staff
    .command('hash-pin')
    .description('make what staff.members[].pinHash holds, from a PIN of 4 to 12 digits')
    .argument('[pin]', 'the PIN; without it, it is read from standard input, where no history keeps it')
    .action(async (typed: string | undefined) => {
      const pin = (typed ?? (await readLine())).trim();
      if (!/^\d{4,12}$/.test(pin)) {
        throw new HoldfastError('staff.bad-pin', 'A PIN has 4 to 12 digits', { remedy: 'operator' });
      }
      world.output.out(`${await hashPin(pin)}\n`);
    });
}

async function readLine(): Promise<string> {
  let text = '';
  for await (const chunk of stdin) text += String(chunk);
  return text;
}
