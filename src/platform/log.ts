/** Facts about one event; never card data or a secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log, pino's argument order. Handed in; `child` binds a room's name and its fixed fields. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
