import { describe, expect, it } from 'vitest';
import type { Drawer } from '../../../drivers/drawer/drawer.ts';
import { createPrinterDrawer, type PrinterDrawerOptions } from '../../../drivers/drawer/printer-drawer.ts';
import { paperWidths, usualPulse } from '../../../drivers/printer/document.ts';
import { createEscposPrinter } from '../../../drivers/printer/escpos-printer.ts';
import type { ReceiptPrinter } from '../../../drivers/printer/receipt-printer.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace } from '../fake-place.ts';

/** A drawer on a real printer driver that can't ask its printer anything. */
async function world(sensor: PrinterDrawerOptions['sensor'] = 'none'): Promise<{
  drawer: Drawer;
  printer: ReceiptPrinter;
  place: FakePlace;
}> {
  const place = new FakePlace();
  const printer = createEscposPrinter({
    name: 'printer',
    opener: place,
    paper: paperWidths[48],
    answers: false,
    clock: new ManualClock(),
    log: silentLogger,
  });
  await printer.start();
  const drawer = createPrinterDrawer({ name: 'till drawer', printer, pulse: { ...usualPulse, pin: 5 }, sensor });
  return { drawer, printer, place };
}

describe('createPrinterDrawer', () => {
  it('sends the whole pulse to its pin', async () => {
    const { drawer, place, printer } = await world();
    expect(await drawer.open()).toBe(true);
    expect(place.writes.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(['1b700119fa']);
    await printer.stop();
  });

  it('sends nothing, now or later, while the printer is unplugged', async () => {
    const { drawer, place, printer } = await world();
    place.unplug();
    expect(await drawer.open()).toBe(false);
    place.plugIn();
    expect(place.writes).toEqual([]);
    await printer.stop();
  });

  it('shares the life of its printer, under its own name', async () => {
    const { drawer, place, printer } = await world('low-is-open');
    const news: string[] = [];
    const stop = drawer.onHealth(({ name, state, condition }) => news.push(`${name} ${state}: ${condition}`));
    await drawer.start();
    expect(drawer.health()).toMatchObject({ kind: 'drawer', state: 'ready', condition: 'ready' });
    place.unplug();
    expect(news).toEqual(['till drawer lost: its printer: unplugged']);
    stop();
    await printer.stop();
    await drawer.stop();
    expect(news).toHaveLength(1);
    expect(drawer.position).toBe('unknown');
  });
});
