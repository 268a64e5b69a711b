import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TerminalStatus } from '../../src/control/protocol.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { displays, ledgersAgree, openShowroom, removeFolder, showroomFolder } from '../showroom/open-showroom.ts';
import { describeWithSmallDisk } from '../tools/needs.ts';
import { mountSmallDisk, type SmallDisk } from '../tools/small-disk.ts';

const mb = 1_000_000;
const coffee = '4063000000025';
const book = '4063000000216';

describeWithSmallDisk('the daemon on a file system of 32 MB', () => {
  let dir: string;
  let disk: SmallDisk;
  let showroom: Showroom;

  beforeEach(async () => {
    dir = showroomFolder();
    disk = mountSmallDisk(32 * 1024 * 1024, join(dir, 'data'));
    showroom = await openShowroom(dir, {
      config: {
        quota: {
          limit: 30 * mb,
          snapshot: 12 * mb,
          journal: 5 * mb,
          tape: 3 * mb,
          logs: 0,
          reserve: 6 * mb,
          tightBelow: 6 * mb,
          criticalBelow: 3 * mb,
          fullBelow: 1.5 * mb,
        },
      },
    });
    await showroom.until('space is in reserve', async () => (await status()).storage.reserve.held === 6 * mb);
    await displays(showroom, 'Shift closed');
    showroom.press('100 enter');
    await displays(showroom, 'Shift open');
  });
  afterEach(async () => {
    await showroom.close();
    disk.unmount();
    removeFolder(dir);
  });

  async function status(): Promise<TerminalStatus> {
    const found = await showroom.status();
    if (found === null) throw new Error('the till does not answer');
    return found;
  }

  async function scanned(barcode: string): Promise<void> {
    showroom.scan(barcode);
    await displays(showroom, 'Total');
  }

  async function paid(receipt: string): Promise<void> {
    showroom.press('total');
    await displays(showroom, 'To pay');
    showroom.press('enter');
    await displays(showroom, receipt);
  }

  const isFull = async (): Promise<boolean> => (await status()).storage.level === 'full';
  const isWell = async (): Promise<boolean> => {
    const { storage, journal } = await status();
    return storage.level === 'ok' && storage.reserve.held === storage.reserve.size && journal.state === 'whole';
  };

  it('finishes the sale in hand, begins none, and goes on without a restart once there is space', {
    timeout: 240_000,
  }, async () => {
    await scanned(coffee);
    await paid('K1-00000001');
    const { pid } = await status();

    await scanned(book);
    disk.fill();
    await paid('K1-00000002');
    await showroom.until('the guard has noticed', isFull);
    const { storage, attention } = await status();
    expect(storage).toMatchObject({ level: 'full', words: expect.stringContaining('no new sale') });
    expect(attention[0]).toMatchObject({ severity: 'alarm', nextStep: expect.stringContaining('Free space') });
    showroom.scan(coffee);
    await displays(showroom, 'Memory full');

    // Delivery goes on meanwhile, and so does the rest of the day after it.
    await ledgersAgree(showroom, 2);
    disk.clear();
    await showroom.until('there is space again', isWell);
    await scanned(coffee);
    await paid('K1-00000003');
    await ledgersAgree(showroom, 3);
    expect((await status()).pid).toBe(pid);
    expect((await status()).attention.filter(({ words }) => words.includes('Storage'))).toEqual([]);
  });

  it('starts on a full disk, on the space that is kept for it', { timeout: 240_000 }, async () => {
    await scanned(coffee);
    disk.fill();
    await showroom.power('off');
    disk.fill();
    await showroom.power('on');
    await showroom.until('the guard has noticed', isFull);
    showroom.scan(coffee);
    await displays(showroom, 'Memory full');
    disk.clear();
    await showroom.until('there is space again', isWell);
    await scanned(coffee);
    await paid('K1-00000001');
    await ledgersAgree(showroom, 1);
  });
});
