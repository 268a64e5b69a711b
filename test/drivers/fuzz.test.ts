import { describe, expect, it } from 'vitest';
import { draw, initialize } from '../../drivers/display/cd5220-commands.ts';
import { encodeRow } from '../../drivers/display/character-rom.ts';
import { hd44780Rom } from '../../drivers/display/hd44780-charset.ts';
import { poleRom } from '../../drivers/display/pole-charset.ts';
import { VirtualDisplay } from '../../drivers/display/virtual-display.ts';
import { VirtualDmD } from '../../drivers/display/virtual-dm-d.ts';
import { VirtualBackpack, VirtualHd44780 } from '../../drivers/display/virtual-hd44780.ts';
import { AsciiKeyDecoder, asciiLayout } from '../../drivers/keypad/ascii-keys.ts';
import { MatrixDecoder } from '../../drivers/keypad/matrix-decoder.ts';
import { chipsOf, edgeOf, generationOf, levelsOf } from '../../drivers/link/gpio/gpiod-tools.ts';
import { KeyEventReader } from '../../drivers/link/input-event.ts';
import { LineFramer } from '../../drivers/scanner/line-framer.ts';
import { UsKeyboard } from '../../drivers/scanner/us-keyboard.ts';
import { hostileBytes, inputs, patience, randomNumbers } from './hostile-inputs.ts';
import { inputRecord, joined, keyRecords, stroke, typedRecords } from './input-records.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe(`${inputs} hostile inputs`, () => {
  it('leave a serial keypad typing', { timeout: patience }, () => {
    const random = randomNumbers(1);
    const model = bytesOf('12*3\r\x1bOP\x1b[11~+\x7f');
    const decoder = new AsciiKeyDecoder(asciiLayout());
    for (let input = 0; input < inputs; input += 1) decoder.decode(hostileBytes(random, model));
    decoder.decode(bytesOf('\x1b]~'));
    expect(decoder.decode(bytesOf('7\r'))).toEqual(['7', 'enter']);
  });

  it('leave a line scanner scanning, and no code with anything but text in it', { timeout: patience }, () => {
    const random = randomNumbers(2);
    const model = bytesOf(']C1010406300000001817261231\x1d10LOT7\r4063000000018\r\n');
    const framer = new LineFramer();
    for (let input = 0; input < inputs; input += 1) {
      for (const scan of framer.receive(hostileBytes(random, model))) {
        if (scan.kind === 'code' && !/^[\x20-\x7e]{1,80}$/.test(scan.text)) throw new Error(`a code: ${scan.text}`);
      }
    }
    framer.receive(bytesOf('\r'));
    expect(framer.receive(bytesOf('4063000000018\r'))).toEqual([
      { kind: 'code', text: '4063000000018', symbology: null },
    ]);
  });

  it.each([16, 24] as const)('leave a reader of %i-byte input events reading', { timeout: patience }, (size) => {
    const random = randomNumbers(3);
    const model = joined(stroke(size, 'KEY_KP7'), inputRecord(size, 0, 3, 0), typedRecords(size, 'A1\r'));
    const reader = new KeyEventReader(size);
    const keyboard = new UsKeyboard();
    for (let input = 0; input < inputs; input += 1) {
      // Whatever the records say, the kernel gives whole ones.
      const bytes = hostileBytes(random, model);
      const whole = new Uint8Array(Math.ceil(bytes.length / size) * size);
      whole.set(bytes);
      keyboard.type(reader.read(whole));
      if (input % 16 === 0) new KeyEventReader(size).read(bytes);
    }
    keyboard.type(reader.read(joined(inputRecord(size, 0, 0, 0), inputRecord(size, 0x2f, 0, 0))));
    expect(Buffer.from(keyboard.type(reader.read(typedRecords(size, 'A1-\r')))).toString()).toBe('A1-\r');
    expect(reader.read(keyRecords(size, 'KEY_KP7', 1))).toEqual([{ kind: 'press', code: 71 }]);
  });

  it('are never taken for a level, an edge or a chip that gpiod did not report', { timeout: patience }, () => {
    const random = randomNumbers(4);
    const models = [
      '17 rising',
      '4 0',
      '1 0 1',
      'gpiochip0 [pinctrl-bcm2711] (58 lines)\n',
      'gpioset (libgpiod) v1.6.3',
    ].map(bytesOf);
    for (let input = 0; input < inputs; input += 1) {
      const text = Buffer.from(hostileBytes(random, models[input % models.length] ?? bytesOf(''))).toString('latin1');
      const edge = edgeOf(text);
      if (edge !== undefined && !(edge.line >= 0 && edge.line <= 9999)) throw new Error(text);
      const levels = levelsOf(text, 3);
      if (levels !== undefined && levels.length !== 3) throw new Error(text);
      for (const chip of chipsOf(text)) if (!Number.isInteger(chip.lines)) throw new Error(text);
      generationOf(text);
    }
    expect(edgeOf('17 rising\r')).toEqual({ line: 17, level: 1 });
  });

  it('press no key of a matrix for longer than it is seen', { timeout: patience }, () => {
    const random = randomNumbers(5);
    const decoder = new MatrixDecoder(4, 4, 3);
    for (let input = 0; input < inputs; input += 1) {
      decoder.scan(Array.from({ length: random(6) }, () => Array.from({ length: random(6) }, () => random(2) === 1)));
    }
    for (let scan = 0; scan < 3; scan += 1) decoder.scan([]);
    const key = [[], [false, true]];
    expect([key, key, key].flatMap((seen) => decoder.scan(seen))).toEqual([{ row: 1, column: 1 }]);
  });

  it('leave a pole display of software showing what it is then told', { timeout: patience }, () => {
    const random = randomNumbers(6);
    const model = Uint8Array.from([...initialize, ...draw([{ row: 1, column: 3, codes: bytesOf('12.50') }])]);
    const cd5220 = new VirtualDisplay({ size: { columns: 20, rows: 2 } });
    const dmD = new VirtualDmD();
    const dmDModel = bytesOf('\x1b@\x1bt\x00\x1f\x01\x1fC\x00\x1f$\x02\x0112.50\x1b&\x01~~\x05ABCDE\x1b%\x01\x1fX\x02');
    for (let input = 0; input < inputs; input += 1) {
      cd5220.receive(hostileBytes(random, model));
      dmD.receive(hostileBytes(random, dmDModel));
    }
    // Longer than any command that could be under way.
    const end = new Uint8Array(16).fill(0x20);
    cd5220.receive(end);
    cd5220.receive(Uint8Array.from([...initialize, ...bytesOf('12.50')]));
    expect(cd5220.rows[0]?.trim()).toBe('12.50');
    dmD.receive(end);
    dmD.receive(bytesOf('\x1b@12.50'));
    expect(dmD.rows[0]?.trim()).toBe('12.50');
  });

  it('leave an HD44780 of software working after its power was cut', { timeout: patience }, () => {
    const random = randomNumbers(7);
    let now = 0;
    const module = new VirtualHd44780({ size: { columns: 20, rows: 4 }, rom: 'A00', now: () => now });
    const backpack = new VirtualBackpack(module, () => undefined);
    const model = Uint8Array.of(0x3c, 0x38, 0x3c, 0x38, 0x2c, 0x28, 0x8c, 0x88, 0x4d, 0x49, 0x1d, 0x19);
    for (let input = 0; input < inputs; input += 1) {
      for (const byte of hostileBytes(random, model)) {
        now += random(200);
        backpack.receive(byte);
      }
      if (input % 256 === 0 && module.rows.some((row) => row.length !== 20)) throw new Error('a row of another width');
    }
    backpack.receive(0x08);
    module.powerOn();
    const send = (nibbles: readonly number[], rs: number): void => {
      for (const bits of nibbles) {
        now += 5_000;
        for (const e of [0, 4, 0]) backpack.receive((bits << 4) | 8 | rs | e);
      }
    };
    now += 20_000;
    send([3, 3, 3, 2, 2, 8, 0, 12, 0, 6, 0, 1], 0);
    send([4, 1], 1);
    expect(module.rows[0]?.trim()).toBe('A');
  });

  it('become rows of exactly the right width, whatever the text', { timeout: patience }, () => {
    const random = randomNumbers(8);
    const model = bytesOf('Käse 2x3,50');
    const roms = [poleRom, hd44780Rom('A00'), hd44780Rom('A02')];
    for (let input = 0; input < Math.ceil(inputs / 10); input += 1) {
      const text = String.fromCharCode(...hostileBytes(random, model)) + String.fromCodePoint(0x1f000 + random(0x1000));
      const codes = encodeRow(text, 20, roms[input % roms.length] ?? poleRom);
      if (codes.length !== 20 || codes.some((code) => code < 8)) throw new Error(text);
    }
    expect(encodeRow('', 3, poleRom)).toEqual(Uint8Array.of(32, 32, 32));
  });
});
