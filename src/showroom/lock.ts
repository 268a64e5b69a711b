import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { HoldfastError } from '../platform/errors.ts';

/** That one directory has one showroom at a time, also after one was killed: whoever listens on the socket has it. */
export interface ShowroomLock {
  release(): Promise<void>;
}

/** Rejects `showroom.already-open` while another process has the directory. */
export async function takeLock(path: string): Promise<ShowroomLock> {
  if (await isAnswered(path)) {
    throw new HoldfastError('showroom.already-open', 'Another showroom is open in this directory.', {
      remedy: 'operator',
      hint: 'Use its page, end it with Ctrl-C, or name another directory with --dir.',
    });
  }
  await rm(path, { force: true });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
