import { stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { codeOf, HoldfastError } from './errors.ts';
import { storageError } from './storage-error.ts';

export interface ProcessLock {
  release(): Promise<void>;
}

/**
 * Makes sure that one process at a time works on a data folder; `terminal.already-running` names the other one's pid. The
 * lock is a listening socket: the kernel ends it with the process, also after kill -9, so it can't be left behind, and a
 * pid that was given again can't be mistaken for it. On Linux the socket is in the abstract namespace under the folder's
 * device and inode, so the same folder under two names is one lock. (LevelDB's own lock can be lost while it is held:
 * measured, a failed second open in the same process releases it.)
 */
export async function acquireProcessLock(dataDir: string): Promise<ProcessLock> {
  const folder = await stat(dataDir).catch((error: unknown) => {
    throw storageError(error, `find the data folder ${dataDir}`);
  });
  const abstract = process.platform === 'linux';
  const address = abstract ? `\0holdfast-${folder.dev}-${folder.ino}` : join(dataDir, 'lock.sock');
  let server = await listen(address);
  if (server === null) {
    const holder = await askHolder(address);
    if (holder === null) {
      // It has just ended; where sockets are files, the file of a dead process stays.
      if (!abstract) await unlink(address);
      server = await listen(address);
    }
    if (server === null) throw alreadyRunning(dataDir, holder);
  }
  const held = server;
  return { release: () => new Promise((resolve) => held.close(() => resolve())) };
}

/** Null when somebody else listens there. */
function listen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((asking) => {
      asking.on('error', () => {});
      asking.end(String(process.pid));
    });
    server.unref();
    server.once('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') resolve(null);
      else reject(storageError(error, 'lock the data folder'));
    });
    server.listen(address, () => resolve(server));
  });
}

/** The pid that the holder answers with; empty if it does not answer in words; null if nobody is there. */
function askHolder(address: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(address);
    socket.setEncoding('utf8');
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', (error) => {
      if (codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT') resolve(null);
    });
    socket.on('close', () => resolve(answer));
  });
}

function alreadyRunning(dataDir: string, holder: string | null): HoldfastError {
  const who = holder === null || holder === '' ? 'by another process' : `by process ${holder}`;
  return new HoldfastError('terminal.already-running', `The data folder ${dataDir} is in use ${who}`, {
    remedy: 'operator',
    hint: 'A terminal is running on this folder already. Stop it first, or give this one a folder of its own.',
  });
}
