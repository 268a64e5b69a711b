import type { Duration } from './clock.ts';

/** What a process tells who supervises it. */
export type ServiceMessage =
  /** Still starting, and not stuck: give it `within` more. */
  | { readonly kind: 'starting'; readonly within: Duration }
  | { readonly kind: 'ready'; readonly words: string }
  /** Well; not heard for {@link ServiceManager.watchdog} means that it must be restarted. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'stopping' };

/** Who starts this process, restarts it when it ends, and perhaps when it hangs: systemd, pm2 or nobody. */
export interface ServiceManager {
  /** How long it may be silent once ready; null: nobody watches. */
  readonly watchdog: Duration | null;
  /** Resolves when it was told, or could not be: nothing depends on it. */
  tell(message: ServiceMessage): Promise<void>;
  /** Nothing more is told; lets go of what would keep this process from ending. */
  release(): void;
}
