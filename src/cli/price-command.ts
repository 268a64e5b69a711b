import type { Command } from 'commander';
import { HoldfastError } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';

interface ExplainOptions extends CommonOptions {
  readonly qty: string;
  readonly group: string;
  readonly coupon?: string;
  readonly at?: string;
  readonly sale?: string;
}

/** `holdfast price explain`: why something costs what it costs, cent by cent. */
export function addPrice(program: Command, world: CliWorld): void {
  const price = program.command('price').description('prices and totals');
  forMachines(configured(price.command('explain'), world))
    .description('say why an article, or a whole sale, costs what it costs')
    .argument('[article]', 'SKU, GTIN or PLU')
    .option('--qty <quantity>', 'how many', '1')
    .option('--group <id>', 'Magento’s customer group', '0')
    .option('--coupon <code>', 'with this coupon')
    .option('--at <moment>', 'at this moment (ISO 8601) instead of now')
    .option('--sale <receipt>', 'explain this sale instead, as it was priced')
    .action(async (article: string | undefined, options: ExplainOptions) => {
      print(world, options, await ask(article, options), ({ lines }) => lines.join('\n'));
    });

  function ask(article: string | undefined, options: ExplainOptions) {
    const terminal = connect(options, world);
    if (options.sale !== undefined) return terminal.explainSale(options.sale);
    if (article === undefined) {
      throw new HoldfastError('control.bad-request', 'Name an article, or a sale with --sale.', { remedy: 'never' });
    }
    return terminal.explainPrice({
      code: article,
      quantity: Number(options.qty),
      customerGroupId: Number(options.group),
      coupon: options.coupon ?? null,
      at: options.at ?? null,
    });
  }
}
