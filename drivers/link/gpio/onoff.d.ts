/** What is used of the package `onoff` 6: stated here because it is optional, and we compile without it, too. */
declare module 'onoff' {
  export class Gpio {
    static readonly accessible: boolean;
    constructor(line: number, direction: 'in' | 'high' | 'low', edge?: 'none' | 'both');
    readSync(): 0 | 1;
    writeSync(level: 0 | 1): void;
    setDirection(direction: 'in' | 'out' | 'high' | 'low'): void;
    watch(listener: (error: Error | null | undefined, level: 0 | 1) => void): void;
    unexport(): void;
  }
}
