import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { type Clock, milliseconds, type Timer } from '../../src/platform/clock.ts';
import { codeOf, messageOf } from '../../src/platform/errors.ts';
import type { Link, LinkOpener } from './link.ts';
import { openError } from './open-error.ts';
import { OpenLink } from './open-link.ts';

/** How often an answer is looked for: quick enough for a status reply, cheap enough to do all day (one call that returns at once). */
const readEvery = milliseconds(20);
/** How long to wait before offering bytes again to a device that took none. */
const writeAgainAfter = milliseconds(10);

/**
 * A character device, e.g. `/dev/usb/lp0`. Opened non-blocking and asked directly: a blocking write to a printer without
 * paper would hold one of Node's four file threads for ever, and the journal needs those.
 */
export function deviceFileLink(path: string, clock: Clock): LinkOpener {
  return {
    description: `device ${path}`,
    async open(signal) {
      if (signal.aborted) throw openError(path, new Error('ABORT'));
      try {
        const file = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
        return linkOver(file, path, clock);
      } catch (error) {
        throw openError(path, error);
      }
    },
  };
}

function linkOver(file: number, path: string, clock: Clock): Link {
  const buffer = Buffer.alloc(4096);
  let open = true;
  let next: Timer | null = null;

  const link = new OpenLink(
    {
      async write(bytes) {
        let offset = 0;
        while (open && offset < bytes.length) {
          const taken = attempt(() => writeSync(file, bytes, offset));
          if (taken === 0) await clock.sleep(writeAgainAfter);
          else offset += taken;
        }
      },
      async close() {
        open = false;
        next?.cancel();
        closeSync(file);
      },
    },
    clock,
  );

  const read = (): void => {
    try {
      for (let length = attempt(() => readSync(file, buffer)); length > 0 && open; ) {
        link.received(Uint8Array.from(buffer.subarray(0, length)));
        length = open ? attempt(() => readSync(file, buffer)) : 0;
      }
      // A device that is gone may answer like one that has nothing to say; its name then leads elsewhere or nowhere.
      if (open && !sameFile(file, path)) void link.ended('unplugged', true);
    } catch (error) {
      void link.ended(messageOf(error), true);
    }
    if (open) next = clock.schedule(readEvery, read);
  };
  next = clock.schedule(milliseconds(0), read);
  return link;
}

/** Bytes moved; 0 when the device has nothing to give or takes nothing now. Throws "unplugged" for everything else. */
function attempt(move: () => number): number {
  try {
    return move();
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return 0;
    throw new Error(`unplugged (${codeOf(error) ?? messageOf(error)})`);
  }
}

function sameFile(file: number, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const here = fstatSync(file);
  return there !== undefined && there.ino === here.ino && there.dev === here.dev;
}
