import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unprintedFile } from '../../src/assembly/unprinted-file.ts';
import { type ReceiptNumber, receiptNumber, terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { UnprintedReceipts, type UnprintedStore } from '../../src/till/unprinted.ts';
import { openCounter } from './fakes/counter.ts';
import { FakePrinter } from './fakes/devices.ts';

const numbered = (count: number): ReceiptNumber => receiptNumber(terminalId('K1'), count);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-unprinted-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const store = (): UnprintedStore => unprintedFile(folder, silentLogger);

test('a sale without a printed receipt is complete, remembered, and printed later without being a copy', async () => {
  const unprinted = new UnprintedReceipts(store());
  const printer = new FakePrinter();
  const counter = await openCounter({ unprinted, printer });
  printer.outcome = { kind: 'not-printed', reason: 'paper is out' };
  await counter.press('1 enter total enter');
  await counter.press('1 enter total enter');
  expect(counter.sales).toHaveLength(2);
  expect(unprinted.list).toEqual([numbered(1), numbered(2)]);

  printer.outcome = { kind: 'printed' };
  await counter.till.reprint(numbered(1));
  await counter.idle();
  expect(unprinted.list).toEqual([numbered(2)]);
  expect(counter.printed.at(-1)).toMatchObject({ copy: false });
  await counter.till.reprint(numbered(1));
  await counter.idle();
  expect(counter.printed.at(-1)).toMatchObject({ copy: true });
});

test('the list outlives a restart', () => {
  const before = new UnprintedReceipts(store());
  before.add(numbered(3));
  before.add(numbered(4));
  before.add(numbered(4));
  before.remove(numbered(3));
  expect(new UnprintedReceipts(store()).list).toEqual([numbered(4)]);
});

test('a receipt of which some may be on paper is a copy from then on', async () => {
  const unprinted = new UnprintedReceipts();
  const printer = new FakePrinter();
  const counter = await openCounter({ unprinted, printer });
  printer.outcome = { kind: 'not-printed', reason: 'paper is out' };
  await counter.press('1 enter total enter');
  printer.outcome = { kind: 'unknown', reason: 'unplugged' };
  await counter.press('menu 8');
  expect(unprinted.list).toEqual([]);
  await counter.press('menu 8');
  expect(counter.printed.at(-1)).toMatchObject({ copy: true });
});

test.each(['{', '"text"', '[1]', ''])('a file that holds %j is no list, and no obstacle', (written) => {
  writeFileSync(join(folder, 'unprinted.json'), written);
  const unprinted = new UnprintedReceipts(store());
  expect(unprinted.list).toEqual([]);
  unprinted.add(numbered(1));
  expect(new UnprintedReceipts(store()).list).toEqual([numbered(1)]);
});

test('a folder that can’t be written is no obstacle either', () => {
  const unprinted = new UnprintedReceipts(unprintedFile(join(folder, 'gone'), silentLogger));
  unprinted.add(numbered(1));
  expect(unprinted.list).toEqual([numbered(1)]);
});
