import { type Command, Option } from 'commander';
import type { DeviceFrame, DeviceStatus } from '../control/protocol.ts';
import { HoldfastError } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';
import { type FoundDevice, identifyDevices } from './identify.ts';
import { table } from './output.ts';

/** `holdfast devices …`: for the person with the screwdriver. */
export function addDevices(program: Command, world: CliWorld): void {
  const devices = program.command('devices').description('the devices of this terminal');

  forMachines(configured(devices.command('list', { isDefault: true }), world))
    .description('list the configured devices and how they are')
    .action(async (options: CommonOptions) => {
      print(world, options, await connect(options, world).devices(), showDevices);
    });

  configured(devices.command('test'), world)
    .description(
      'try one device out: print a test page, show a pattern, open the drawer, wait for a scan or keys, weigh',
    )
    .argument('<device>', 'its name in "holdfast devices list", spaces as hyphens')
    .action(async (device: string, options: CommonOptions) => {
      for await (const progress of connect(options, world).testDevice(device)) {
        if (progress.kind === 'failed') throw failure(progress.error);
        if (progress.kind === 'step') {
          world.output.out(`… ${progress.words}\n`);
        } else if (progress.passed) {
          world.output.out(`passed: ${progress.words}\n`);
          return;
        } else {
          throw new HoldfastError('device.test-failed', `failed: ${progress.words}`, { remedy: 'operator' });
        }
      }
      throw new HoldfastError('control.failed', 'The terminal stopped before the test was over.', { remedy: 'retry' });
    });

  forMachines(devices.command('identify'))
    .description('list what is plugged into this machine and how it would be configured; needs no running terminal')
    .addOption(new Option('--root <folder>', 'look below this folder').default('/').hideHelp())
    .action((options: CommonOptions & { readonly root: string }) => {
      print(world, options, identifyDevices(options.root), showFound);
    });

  forMachines(configured(devices.command('monitor'), world))
    .description('show what travels to and from the devices until interrupted; card data is never shown')
    .argument('[device]', 'only this one')
    .action(async (device: string | undefined, options: CommonOptions) => {
      for await (const frame of connect(options, world).monitorDevices(device ?? null)) {
        world.output.out(`${options.json === true ? JSON.stringify(frame) : showFrame(frame)}\n`);
      }
    });
}

function failure({ code, message, hint }: { code: string; message: string; hint: string | null }): HoldfastError {
  return new HoldfastError(code, message, { remedy: 'operator', ...(hint === null ? {} : { hint }) });
}

function showDevices(devices: readonly DeviceStatus[]): string {
  if (devices.length === 0) return 'No device is configured.';
  return table(
    [
      { title: 'DEVICE' },
      { title: 'DRIVER' },
      { title: 'STATE' },
      { title: 'FOR', align: 'right' },
      { title: 'CONDITION' },
    ],
    devices.map(({ name, driver, state, since, condition }) => [
      name.replaceAll(' ', '-'),
      driver,
      state,
      since === null ? '–' : elapsed(since),
      condition,
    ]),
  );
}

function elapsed(duration: number): string {
  const whole = Math.round(duration / 1000);
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`;
}

function showFound(found: readonly FoundDevice[]): string {
  if (found.length === 0) return 'Nothing was found: no serial port, USB printer, input device, GPIO chip or I²C bus.';
  return table(
    [{ title: 'PATH' }, { title: 'WHAT' }, { title: 'HINT' }],
    found.map(({ path, what, hint, usable }) => [path, what, usable ? hint : `NO PERMISSION. ${hint}`]),
  );
}

function showFrame({ at, device, direction, length, hex, text }: DeviceFrame): string {
  const head = `${at.slice(11, 23)} ${direction === 'sent' ? '→' : '←'} ${device}`;
  if (text === null) return `${head}  ${length} bytes (not shown: may hold card data)`;
  return `${head}  ${hex === null ? `(card data masked)` : hex}  |${text}|`;
}
