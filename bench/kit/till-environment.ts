import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** From dist/bench/kit, where benches run. */
const unit = fileURLToPath(new URL('../../../systemd/holdfast.service', import.meta.url));

/** The environment that the service starts a till with, so that what is measured is what a shop has. */
export const tillEnvironment = (): Record<string, string> => environmentIn(readFileSync(unit, 'utf8'));

/** What a unit of systemd sets by `Environment=`. */
export function environmentIn(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^Environment=(.*)$/gm)];
  const settings = lines.flatMap(([, line = '']) => [...line.matchAll(/"([^"]*)"|(\S+)/g)]);
  return Object.fromEntries(
    settings.map(([, quoted, plain]) => {
      const setting = quoted ?? plain ?? '';
      const end = setting.indexOf('=');
      return [setting.slice(0, end), setting.slice(end + 1)];
    }),
  );
}
