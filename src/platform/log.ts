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

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Leaves out what is below the level of the moment. */
export function levelled(log: Logger, level: () => LogLevel): Logger {
  const isLeftOut = (of: LogLevel): boolean => levels.indexOf(of) < levels.indexOf(level());
  return {
    debug(fields, message) {
      if (!isLeftOut('debug')) log.debug(fields, message);
    },
    info(fields, message) {
      if (!isLeftOut('info')) log.info(fields, message);
    },
    warn(fields, message) {
      if (!isLeftOut('warn')) log.warn(fields, message);
    },
    error: (fields, message) => log.error(fields, message),
    child: (fields) => levelled(log.child(fields), level),
  };
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
