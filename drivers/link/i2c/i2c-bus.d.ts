/** What is used of the package `i2c-bus` 5, which brings no types. */
declare module 'i2c-bus' {
  export interface PromisifiedBus {
    sendByte(address: number, byte: number): Promise<void>;
    close(): Promise<void>;
  }
  /** Resolves even when `/dev/i2c-<number>` is missing: that is noticed at the first transfer. */
  export function openPromisified(number: number): Promise<PromisifiedBus>;
}
