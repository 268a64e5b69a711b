import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { releaseFiles } from '../../provisioning/controller/http/release-files.ts';
import { ReleasesDesk } from '../../provisioning/controller/releases-desk.ts';
import { seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { type DownloadAnswer, type DownloadSource, download, downloadFile } from '../../src/updates/download.ts';
import { httpDownloads } from '../../src/updates/system-download.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { makeBundle, pinned, releaseKey } from './releases.ts';

const [first, second, stranger] = [releaseKey(), releaseKey(), releaseKey()];
/** Large enough to come in many pieces; random text does not pack well. */
const noise = Buffer.from(seededRandom(7).bytes(3_000_000)).toString('base64');
const bundle = makeBundle('0.2.0', [first.pem], {}, { 'package.json': '{}', noise });

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A download whose pauses pass at once. */
async function downloaded(
  disk: MemoryDisk,
  url: string,
  source: DownloadSource,
  signal = new AbortController().signal,
) {
  const clock = new ManualClock();
  const told: number[] = [];
  let isOver = false;
  const running = download(url, {
    source,
    files: disk.files('till'),
    clock,
    log: silentLogger,
    progress: (done, total) => told.push(done / (total ?? 1)),
    signal,
    largest: 50_000_000,
  }).finally(() => {
    isOver = true;
  });
  running.catch(() => undefined);
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.waiting > 0) await clock.advance(seconds(300));
  }
  await running;
  return told;
}

const whole = (disk: MemoryDisk): boolean =>
  Buffer.from(disk.peek('till', downloadFile) ?? []).equals(Buffer.from(bundle.bytes));

describe('a download from the controller', () => {
  let server: Server;
  afterEach(() => server.close());

  /** The controller's own answers, cut off after so many bytes of each; 0: they are whole. */
  async function serve(cutAfter: number) {
    const disk = new MemoryDisk();
    const desk = new ReleasesDesk({
      files: disk.files('releases'),
      publicUrl: '',
      keys: null,
      random: seededRandom(1),
    });
    const { release } = await desk.add(once(bundle.bytes));
    const handler = releaseFiles(desk);
    const asked: (string | undefined)[] = [];
    server = createServer((request, response) => {
      asked.push(request.headers.range);
      const { write } = response;
      let sent = 0;
      response.write = ((chunk: Uint8Array, ...rest: []) => {
        sent += chunk.length;
        if (cutAfter > 0 && sent > cutAfter) {
          response.socket?.end();
          return false;
        }
        return write.call(response, chunk, ...(rest as unknown as [never, never]));
      }) as typeof write;
      void handler(request, response, new URL(request.url ?? '/', 'http://x')).then((answered) => {
        if (!answered) response.writeHead(404).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { desk, asked, release, url: `http://127.0.0.1:${port}/releases/${release}.bundle` };
  }

  it('comes in one go, and is not fetched a second time when it is there', async () => {
    const { url, asked } = await serve(0);
    const disk = new MemoryDisk();
    const told = await downloaded(disk, url, httpDownloads([]));
    expect(whole(disk)).toBe(true);
    expect(told.at(-1)).toBe(1);
    await downloaded(disk, url, httpDownloads([]));
    expect(whole(disk)).toBe(true);
    expect(asked).toEqual([undefined, `bytes=${bundle.bytes.length}-`]);
  });

  it('goes on where it broke off, again and again', async () => {
    const { url, asked } = await serve(900_000);
    const disk = new MemoryDisk();
    await downloaded(disk, url, httpDownloads([]));
    expect(whole(disk)).toBe(true);
    expect(asked.length).toBeGreaterThan(3);
    const froms = asked.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]));
    expect(froms).toEqual([...froms].sort((one, other) => one - other));
    expect(froms[0]).toBeGreaterThan(0);
  });

  it('says so when there is no such release', async () => {
    const { url } = await serve(0);
    const nothing = downloaded(new MemoryDisk(), url.replace('0.2.0', '0.2.1'), httpDownloads([]));
    await expect(nothing).rejects.toMatchObject({ code: 'download.refused', message: expect.stringContaining('404') });
  });

  it('is of what was taken in whole and signed, and of nothing else', async () => {
    const { desk, release } = await serve(0);
    expect(await desk.list()).toMatchObject([
      { release, version: '0.2.0', url: null, bundleSize: bundle.bytes.length },
    ]);
    const cut = desk.add(once(bundle.bytes.subarray(0, -5)));
    await expect(cut).rejects.toMatchObject({ code: 'update.cut-off' });
    await desk.remove(release);
    expect(await desk.list()).toEqual([]);
    await expect(desk.remove(release)).rejects.toMatchObject({ code: 'fleet.no-such-release' });
    const files = new MemoryDisk().files('releases');
    const strict = new ReleasesDesk({
      files,
      publicUrl: 'https://c.example/',
      keys: pinned(second, stranger),
      random: seededRandom(1),
    });
    const foreign = strict.add(once(bundle.bytes));
    await expect(foreign).rejects.toMatchObject({ code: 'update.not-signed' });
    expect(await files.list()).toEqual([]);
    const own = makeBundle('0.3.0', [second.pem]);
    const added = await strict.add(once(own.bytes));
    expect(added.url).toBe(`https://c.example/releases/${own.name}.bundle`);
  });
});

/** A server that answers in pieces, and may be cut off; `tag` null: it can't tell one file from another. */
function pieces(bytes: Uint8Array, tag: string | null, asked: number[] = []): DownloadSource {
  return {
    open: async (_url, from, known): Promise<DownloadAnswer> => {
      const start = known !== null && known === tag ? from : 0;
      asked.push(start);
      const chunks = async function* (): AsyncGenerator<Uint8Array> {
        for (let at = start; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
      };
      return { from: start, total: bytes.length, tag, chunks: chunks() };
    },
  };
}

describe('a power cut in a download', () => {
  it('at any step leaves something that the next one goes on from, or begins anew from', async () => {
    let resumed = 0;
    for (let at = 1; at < 40; at += 1) {
      const disk = new MemoryDisk();
      let step = 0;
      const cut = new Promise<void>((resolve) => {
        disk.onOperation = () => {
          step += 1;
          if (step === at) {
            disk.cutPower(seededRandom(at));
            resolve();
          }
          return null;
        };
      });
      const options = { clock: new ManualClock(), log: silentLogger, progress: () => undefined, largest: 50_000_000 };
      const signal = new AbortController().signal;
      const source = pieces(bundle.bytes, '"one"');
      await Promise.race([download('http://x/', { ...options, source, files: disk.files('till'), signal }), cut]);
      disk.onOperation = () => null;
      const asked: number[] = [];
      await downloaded(disk, 'http://x/', pieces(bundle.bytes, '"one"', asked));
      expect(disk.peek('till', downloadFile)?.length).toBe(bundle.bytes.length);
      if ((asked[0] ?? 0) > 0) resumed += 1;
    }
    expect(resumed).toBeGreaterThan(5);
  });

  it('of another file under the same address, or one that can’t be told apart, begins anew', async () => {
    for (const tag of ['"two"', null]) {
      const disk = new MemoryDisk();
      await downloaded(disk, 'http://x/', pieces(Buffer.alloc(300_000, 1), '"one"'));
      const asked: number[] = [];
      await downloaded(disk, 'http://x/', pieces(bundle.bytes, tag, asked));
      expect(asked[0]).toBe(0);
      expect(whole(disk)).toBe(true);
    }
  });
});
