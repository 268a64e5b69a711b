import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { drawReport, sentencesOf } from '../outage-report/picture.ts';
import { type ReportFormat, reportFile, reportFormats } from '../outage-report/report-file.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';
import { momentOf } from './moment.ts';

interface ReportOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly output?: string;
}

const day = 24 * 3_600_000;

/** `holdfast outage-report`: what the journal says of a time, as a picture. */
export function addOutageReport(program: Command, world: CliWorld): void {
  forMachines(configured(program.command('outage-report'), world))
    .description('how deep the queue was, what was delivered, and what became of cards: a picture of a time')
    .option('--from <moment>', 'ISO 8601, e.g. 2026-11-23T08:00; else a day ago')
    .option('--to <moment>', 'ISO 8601, else now')
    .option('-o, --output <file>', 'a picture: .svg, .pdf or .png')
    .action(async (options: ReportOptions) => {
      const format = options.output === undefined ? null : formatOf(options.output);
      const now = world.clock.now();
      const summary = await connect(options, world).outageReport({
        from: momentOf(options.from, now - day, '--from'),
        to: momentOf(options.to, now, '--to'),
      });
      if (format !== null && options.output !== undefined) {
        save(options.output, reportFile(drawReport(summary, null), format));
      }
      print(world, options, summary, () => {
        const words = sentencesOf(summary).join('\n');
        return options.output === undefined ? words : `${words}\n${options.output} shows it.`;
      });
    });
}

function formatOf(file: string): ReportFormat {
  const format = reportFormats.find((each) => file.toLowerCase().endsWith(`.${each}`));
  if (format !== undefined) return format;
  throw new HoldfastError('control.bad-request', `${file}: its name must end with .svg, .pdf or .png`, {
    remedy: 'never',
  });
}

function save(file: string, content: Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new HoldfastError('cli.not-written', `${file} can't be written: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
    });
  }
}
