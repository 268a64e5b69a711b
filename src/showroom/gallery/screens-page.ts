import { builtInLanguages } from '../../languages/language.ts';
import { type DeviceName, deviceNames, deviceRow } from './device-view.ts';
import { type Picture, picturesOf, scenes } from './pictures.ts';

const titles: Readonly<Record<DeviceName, string>> = {
  pole: 'Pole display (code page 437)',
  a00: 'HD44780 A00',
  a02: 'HD44780 A02',
};

/** Every screen in every language and size on one page, to be looked at; with a device, in the letters that it has. */
export function screensPage(device: DeviceName | null): string {
  const languages = builtInLanguages
    .map(({ code, name }) => `<th scope="col" lang="${code}">${escapeHtml(name)}</th>`)
    .join('');
  const rows = scenes().map((scene) => {
    const { name } = scene;
    const cells = builtInLanguages.map(
      (language) =>
        `<td lang="${language.code}">${picturesOf(scene, language)
          .map((picture) => pictureOf(picture, device))
          .join('')}</td>`,
    );
    return `<tr id="${escapeHtml(name)}"><th scope="row">${escapeHtml(name)}</th>${cells.join('')}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Holdfast: every screen</title>
    <link rel="icon" href="mark.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="counter.css" />
    <link rel="stylesheet" href="screens.css" />
  </head>
  <body class="screens">
    <header><h1>Every screen</h1><nav aria-label="Letters">${links(device)}</nav><a href="/">The counter</a></header>
    <table>
      <thead><tr><th scope="col">State</th>${languages}</tr></thead>
      <tbody>
${rows.join('\n')}
      </tbody>
    </table>
  </body>
</html>
`;
}

export const isDevice = (name: string | null): name is DeviceName => deviceNames.some((each) => each === name);

function links(device: DeviceName | null): string {
  const link = (href: string, title: string, here: boolean): string =>
    `<a href="${href}"${here ? ' aria-current="page"' : ''}>${title}</a>`;
  return [
    link('/screens', 'As written', device === null),
    ...deviceNames.map((name) => link(`/screens?on=${name}`, titles[name], device === name)),
  ].join('');
}

function pictureOf({ display, pages }: Picture, device: DeviceName | null): string {
  return pages
    .map((rows, index) => {
      const label = pages.length > 1 ? `${display} ${index + 1}/${pages.length}` : display;
      const shown = rows.map((row) => (device === null ? row : deviceRow(row, device)));
      return `<figure data-display="${display}"><figcaption>${label}</figcaption><pre>${escapeHtml(shown.join('\n'))}</pre></figure>`;
    })
    .join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
