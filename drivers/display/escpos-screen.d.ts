/** What is used of `escpos/screen` 2.5, which brings no types. Commands are collected and written by `flush`. */
declare module 'escpos/screen.js' {
  export interface ScreenAdapter {
    write(bytes: Uint8Array, callback: (error?: unknown) => void): void;
  }
  export default class Screen {
    constructor(adapter: ScreenAdapter);
    clear(): this;
    /** From 1. */
    move(column: number, row: number): this;
    overwrite(): this;
    cursor(shown: boolean): this;
    /** 1 to 4. */
    brightness(level: number): this;
    /** Bytes as they are; anything but a `Buffer` would be sent as its text. */
    print(bytes: Buffer): this;
    flush(callback: (error?: unknown) => void): this;
  }
}
