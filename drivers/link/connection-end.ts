/** The one end of a connection: listeners hear its reason once, late ones at once. */
export class ConnectionEnd {
  readonly #listeners: ((reason: string) => void)[] = [];
  #reason: string | null = null;

  /** Why the connection is over; null while it is not. */
  get reason(): string | null {
    return this.#reason;
  }

  onClose(listener: (reason: string) => void): void {
    if (this.#reason !== null) listener(this.#reason);
    else this.#listeners.push(listener);
  }

  /** The first reason counts; false when there had been one. */
  end(reason: string): boolean {
    if (this.#reason !== null) return false;
    this.#reason = reason;
    for (const listener of this.#listeners) listener(reason);
    return true;
  }
}
