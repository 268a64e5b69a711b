import type { Command } from 'commander';
import type { z } from 'zod';
import type { parkingDecision } from '../control/parked-protocol.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';
import { showDocument, showQueue } from './show.ts';

type Decision = z.infer<typeof parkingDecision>;
interface Signed extends CommonOptions {
  readonly by: string;
}

/** `holdfast parked …`: what Magento refuses, and what a person decides about it. */
export function addParked(program: Command, world: CliWorld): void {
  const parked = program.command('parked').description('what Magento refuses, and what you decide about it');
  const now = (): number => world.clock.now();
  forMachines(configured(parked.command('list'), world))
    .description('list what Magento refuses, with the reason')
    .action(async (options: CommonOptions) => {
      const list = await connect(options, world).queue({ states: ['parked'], limit: 10_000 });
      print(world, options, list, (entries) =>
        entries.length === 0 ? 'Magento refuses nothing.' : showQueue(entries, now()),
      );
    });
  forMachines(configured(parked.command('show'), world))
    .description('show one: its lines, what was sent so far, the answer')
    .argument('<receipt>', 'receipt number or id')
    .action(async (name: string, options: CommonOptions) => {
      print(world, options, await connect(options, world).document(name), showDocument);
    });

  const decide = async (name: string, options: CommonOptions, decision: Decision): Promise<void> => {
    print(world, options, await connect(options, world).decideParked(name, decision), showDocument);
  };
  const signed = (name: string, description: string): Command =>
    forMachines(configured(parked.command(name), world))
      .description(description)
      .argument('<receipt>', 'receipt number or id')
      .requiredOption('--by <name>', 'who decides; kept with the case');
  signed('retry', 'send it on its way again, after its cause was corrected').action((name: string, options: Signed) =>
    decide(name, options, { kind: 'retry', by: options.by }),
  );
  signed('map-sku', 'deliver the goods of one line as another article, at the price sold')
    .requiredOption('--from <sku>', 'as sold')
    .requiredOption('--to <sku>', 'as Magento knows it')
    .action((name: string, options: Signed & { readonly from: string; readonly to: string }) =>
      decide(name, options, { kind: 'map-sku', by: options.by, from: options.from, to: options.to }),
    );
  signed('drop-coupon', 'leave the coupon out; the price stays as sold').action((name: string, options: Signed) =>
    decide(name, options, { kind: 'drop-coupon', by: options.by }),
  );
  signed('deliver-as-sold', 'deliver it exactly as sold: by the module, or past the cart (--direct)')
    .option('--direct', 'as a direct order, where the shop lacks the module')
    .action((name: string, options: Signed & { readonly direct?: true }) =>
      decide(name, options, {
        kind: 'deliver-as-sold',
        by: options.by,
        recipe: options.direct === true ? 'direct' : 'module',
      }),
    );
  signed('entered-by-hand', 'it was entered in Magento by hand; its order is looked up there')
    .requiredOption('--order <number>', 'Magento’s order number')
    .option('--anyway', 'although the order comes to another total')
    .action((name: string, options: Signed & { readonly order: string; readonly anyway?: true }) => {
      const { by, order, anyway } = options;
      return decide(name, options, { kind: 'entered-by-hand', by, orderNumber: order, anyway: anyway === true });
    });
  signed('cancel', 'never deliver it; all of it must have been given back at the till before')
    .requiredOption('--why <text>', 'in a few words')
    .action((name: string, options: Signed & { readonly why: string }) =>
      decide(name, options, { kind: 'cancel', by: options.by, why: options.why }),
    );
  signed('undo', 'take a decision back, as long as it is not delivered')
    .requiredOption('--why <text>', 'in a few words')
    .action((name: string, options: Signed & { readonly why: string }) =>
      decide(name, options, { kind: 'undo', by: options.by, why: options.why }),
    );
}
