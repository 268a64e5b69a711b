import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from './bundle.ts';

/** A file that is open. */
export async function openFileSource(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  return {
    size,
    async read(from, length) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
      return buffer.subarray(0, bytesRead);
    },
  };
}
