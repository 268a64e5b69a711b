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

/** Leaves out what is not at least a warning, for as long as `quiet` says so. */
export function quietable(log: Logger, quiet: () => boolean): Logger {
  return {
    debug(fields, message) {
      if (!quiet()) log.debug(fields, message);
    },
    info(fields, message) {
      if (!quiet()) log.info(fields, message);
    },
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    child: (fields) => quietable(log.child(fields), quiet),
  };
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
