/**
 * A flat folder of files in which it is plain what survives a power cut: the system's in a terminal, memory with a crash
 * model in the simulation. Errors: `store.disk-full`, `store.read-only`, `store.failed`.
 */
export interface DurableFiles {
  /** Where this is, for people. */
  readonly place: string;
  /** Names and sizes in bytes, by name; nothing when there is no such folder yet. */
  list(): Promise<readonly FileEntry[]>;
  /** `length` bytes from `from`; fewer at the end of the file. Absent file: `store.failed`. */
  read(name: string, from: number, length: number): Promise<Uint8Array>;
  /** Opens for appending and creates what is missing, the folder too. */
  openForAppend(name: string): Promise<AppendFile>;
  /** The whole file becomes `bytes`, durably: at a power cut there is the old one or the new one. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  /** Durable. */
  rename(from: string, to: string): Promise<void>;
  /** Durable. Nothing happens if there is no such file. */
  remove(name: string): Promise<void>;
}

export interface FileEntry {
  readonly name: string;
  readonly size: number;
}

export interface AppendFile {
  /** At the end; durable only after {@link sync}. After an error the file may hold a part of it. */
  append(bytes: Uint8Array): Promise<void>;
  /** The same, and on the medium when it resolves, the file's name too: one call where {@link append} and {@link sync} are two. */
  appendDurably(bytes: Uint8Array): Promise<void>;
  /** Everything appended (and, the first time, the file's name) is on the medium. */
  sync(): Promise<void>;
  /** Cuts to `size` bytes, durably. */
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}
