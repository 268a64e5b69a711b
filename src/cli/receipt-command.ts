import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { terminalLanguage } from '../assembly/languages.ts';
import { loadLogo } from '../assembly/logo.ts';
import { previewOf, sampleDocument, sampleKinds } from '../assembly/receipt-preview.ts';
import { paperOf, shopPrint } from '../assembly/receipts.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, load } from './command-tools.ts';

/** `holdfast receipt …`: for customers who come back for theirs, and to see how one looks. */
export function addReceipt(program: Command, world: CliWorld): void {
  const receipt = program.command('receipt').description('receipts');
  configured(receipt.command('print'), world)
    .description('print a receipt again; marked COPY unless nothing of it can be on paper')
    .argument('[number]', 'its number; without one, the last receipt')
    .option('--gift', 'print the goods without prices, for whoever gets them as a present')
    .action(async (number: string | undefined, options: CommonOptions & { readonly gift?: boolean }) => {
      await connect(options, world).printReceipt(number ?? null, options.gift === true ? 'gift' : 'receipt');
      world.output.out(`${number ?? 'The last receipt'} is handed to the printer.\n`);
    });
  configured(receipt.command('preview'), world)
    .description('show how a receipt looks, without printing it')
    .addOption(new Option('--sample <kind>', 'a made-up one').choices(sampleKinds).default('sale'))
    .option('--sale <number>', 'the receipt of a sale at the running terminal instead')
    .option('--gift', 'of that sale, what is printed for a present')
    .option('--png <file>', 'write a picture of the paper instead of text')
    .action(async (options: PreviewOptions) => {
      const preview = options.sale === undefined ? sampled(options, world) : await ofSale(options.sale, options, world);
      if (options.png === undefined) world.output.out(preview.text);
      else save(options.png, preview.png, world);
    });
}

interface PreviewOptions extends CommonOptions {
  readonly sample: string;
  readonly sale?: string;
  readonly gift?: boolean;
  readonly png?: string;
}

type Preview = ReturnType<typeof previewOf>;

/** With the configuration of this moment, whether a terminal runs or not. */
function sampled(options: PreviewOptions, world: CliWorld): Preview {
  const config = load(options, world);
  const shop = shopPrint(config, terminalLanguage(config).language, loadLogo(config));
  return previewOf(sampleDocument(options.sample, shop), paperOf(config));
}

async function ofSale(sale: string, options: PreviewOptions, world: CliWorld): Promise<Preview> {
  const { text, png } = await connect(options, world).previewReceipt(sale, options.gift === true ? 'gift' : 'receipt');
  return { text, png: Buffer.from(png, 'base64') };
}

function save(file: string, png: Uint8Array, world: CliWorld): void {
  try {
    writeFileSync(file, png);
  } catch (error) {
    throw new HoldfastError('cli.not-written', `${file} can't be written: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
    });
  }
  world.output.out(`${file} shows it.\n`);
}
