import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/platform/clock.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { type LoopbackServer, listenOnLoopback } from '../../src/showroom/loopback.ts';
import { type NetworkCable, startNetworkCable } from '../../src/showroom/network.ts';

const clock = new SystemClock();
let shop: LoopbackServer;
let cable: NetworkCable;
let heard: string;
let shopSockets: Socket[];
const open: Socket[] = [];

beforeEach(async () => {
  heard = '';
  shopSockets = [];
  shop = await listenOnLoopback(
    createServer((socket) => {
      shopSockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        heard += bytes.toString();
        socket.write(`got ${bytes.toString()}`);
      });
    }),
    0,
  );
  cable = await startNetworkCable({ target: shop.port, port: 0, clock, delay: milliseconds(30) });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  for (const socket of shopSockets) socket.destroy();
  await cable.close();
  await shop.close();
});

/** Resolves when the connection stands or was refused. */
async function dial(): Promise<{ socket: Socket; answer: () => string; closed: () => boolean }> {
  const socket = connect({ host: '127.0.0.1', port: cable.port });
  open.push(socket);
  let answer = '';
  let closed = false;
  socket.on('data', (bytes) => {
    answer += bytes.toString();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
  return { socket, answer: () => answer, closed: () => closed };
}

describe('the network cable', () => {
  it('carries both ways', async () => {
    const { socket, answer } = await dial();
    socket.write('hello');
    await expect.poll(answer).toBe('got hello');
  });

  it('cuts what it carries, lets nothing through while it is out, and works again', async () => {
    const first = await dial();
    first.socket.write('one');
    await expect.poll(first.answer).toBe('got one');
    cable.set('off');
    await expect.poll(first.closed).toBe(true);
    const second = await dial();
    second.socket.write('two');
    await expect.poll(second.closed).toBe(true);
    await expect.poll(() => shopSockets.every((socket) => socket.destroyed)).toBe(true);
    expect(heard).toBe('one');
    cable.set('on');
    const third = await dial();
    third.socket.write('three');
    await expect.poll(third.answer).toBe('got three');
  });

  it('keeps the order of what it delays, also when it becomes fast again', async () => {
    const { socket, answer } = await dial();
    cable.set('slow');
    socket.write('a');
    await expect.poll(() => heard).toBe('a');
    cable.set('slow');
    socket.write('b');
    await clock.sleep(milliseconds(5));
    cable.set('on');
    socket.write('c');
    await expect.poll(() => heard.length).toBe(3);
    expect(heard).toBe('abc');
    await expect.poll(() => answer().replaceAll('got ', '')).toBe('abc');
  });
});
