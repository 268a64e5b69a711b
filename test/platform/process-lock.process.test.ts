import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireProcessLock } from '../../src/platform/process-lock.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Another process that holds the lock as a terminal does, until it is killed. */
async function holder(): Promise<ChildProcess> {
  const { dev, ino } = await stat(folder);
  const script = `require('node:net').createServer((s) => s.end(String(process.pid)))
    .listen('\\0holdfast-${dev}-${ino}', () => process.stdout.write('held'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

describe('the process lock', () => {
  it('is free again once it was released', async () => {
    const lock = await acquireProcessLock(folder);
    await lock.release();
    await (await acquireProcessLock(folder)).release();
  });

  it('refuses a second holder and names the first by its pid, also by another name of the folder', async () => {
    const lock = await acquireProcessLock(folder);
    const other = `${folder}-link`;
    await symlink(folder, other);
    for (const name of [folder, other]) {
      await expect(acquireProcessLock(name)).rejects.toMatchObject({
        code: 'terminal.already-running',
        message: expect.stringContaining(`process ${process.pid}`),
      });
    }
    await rm(other);
    await lock.release();
  });

  it('is held by another process until that is killed without warning', async () => {
    const child = await holder();
    await expect(acquireProcessLock(folder)).rejects.toThrow(`process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await acquireProcessLock(folder)).release();
  });

  it('refuses also when the holder hangs and gives no answer', async () => {
    const { dev, ino } = await stat(folder);
    const silent = createServer((socket) => setTimeout(() => socket.destroy(), 50));
    silent.listen(`\0holdfast-${dev}-${ino}`);
    await once(silent, 'listening');
    await expect(acquireProcessLock(folder)).rejects.toThrow('in use by another process');
    silent.close();
  });

  it('says which folder is missing', async () => {
    await expect(acquireProcessLock(join(folder, 'gone'))).rejects.toThrow(join(folder, 'gone'));
  });
});
