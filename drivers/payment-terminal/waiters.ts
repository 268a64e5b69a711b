/** Who waits for which answer, by the key of the question; several may wait for one. */
export class Waiters<Answer> {
  readonly #waiting = new Map<string, Set<(answer: Answer) => void>>();

  add(key: string): Promise<Answer> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiting.add(resolve));
    });
  }

  /** Whether anybody waits for it. */
  isAwaited(key: string): boolean {
    return this.#waiting.has(key);
  }

  answer(key: string, answer: Answer): void {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    for (const resolve of waiting ?? []) resolve(answer);
  }

  answerAll(answer: Answer): void {
    for (const key of [...this.#waiting.keys()]) this.answer(key, answer);
  }
}
