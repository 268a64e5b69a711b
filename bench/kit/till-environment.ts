import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** From dist/bench/kit, where benches run. */
const unit = fileURLToPath(new URL('../../../systemd/holdfast.service', import.meta.url));

/** What the service tells Node and the C library about a till, so that what is measured is what a shop has. */
export function tillEnvironment(): Record<string, string> {
  const settings = Object.entries(environmentIn(readFileSync(unit, 'utf8')));
  return Object.fromEntries(settings.filter(([name]) => !name.startsWith('HOLDFAST_')));
}

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
