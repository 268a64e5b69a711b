import { ask } from './api.js';
import { openDialog } from './dialog.js';
import { element } from './element.js';
import { tell } from './notices.js';

/** Every setting that a fleet may decide; the same for all, so it is asked for once. */
let described = null;

async function settingsThatExist() {
  described ??= (await ask('GET', '/api/settings')).settings;
  return described;
}

export const shownValue = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * Lets a person decide one setting of a terminal or a group. `key` null: which one is asked as well.
 * @param {{target: {words: string, path: string}, key: string | null, value?: any, expectedVersion: number}} wishes
 */
export async function editSetting({ target, key, value, expectedVersion }) {
  const known = await settingsThatExist();
  const list = element(
    'datalist',
    { id: 'setting-keys' },
    known.map((each) => element('option', { value: each.key }, each.meaning)),
  );
  const meaning = element('span');
  const explain = (name) => {
    const found = known.find((each) => each.key === name);
    meaning.textContent =
      found === undefined
        ? ''
        : `${found.meaning} Type: ${found.type}${found.fallback === null ? '' : `; default ${found.fallback}`}.${found.restart ? ' Holds after a restart, which the terminal does by itself in a quiet moment.' : ''}${found.secret ? ' Secret: it travels sealed, and is never shown again.' : ''}`;
  };
  explain(key);
  const decided = openDialog({
    title: key === null ? `Decide a setting of ${target.words}` : `${key} of ${target.words}`,
    words: [list, meaning],
    fields: [
      ...(key === null ? [{ name: 'key', label: 'Setting', required: true, list: list.id, spellcheck: false }] : []),
      {
        name: 'value',
        label: 'Value',
        kind: 'area',
        value: value === undefined ? '' : shownValue(value),
        required: true,
        help: 'A number, true or false, plain text, or JSON for what has parts.',
      },
    ],
    action: 'Save',
    async submit(values) {
      const name = key ?? values.key.trim();
      await ask('PUT', target.path, { settings: { [name]: read(values.value) }, expectedVersion });
      tell(`${name} is decided; terminals that are online hear of it now.`);
    },
  });
  document.querySelector('dialog input[list]')?.addEventListener('input', (event) => explain(event.target.value));
  await decided;
}

export async function removeSetting({ target, key, expectedVersion }) {
  await openDialog({
    title: `No longer decide ${key} of ${target.words}?`,
    words: 'What lies under it decides then: the group, the terminal’s file, or the default.',
    action: 'Remove',
    submit: () => ask('PUT', target.path, { settings: { [key]: null }, expectedVersion }),
  });
}

/** What was typed: JSON where it is some, else text. */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text.trim();
  }
}
