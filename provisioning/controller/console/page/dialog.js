import { element, fill } from './element.js';

/**
 * Asks for something in a window over the page. `fields`: what {@link fieldsOf} makes. `submit` is given the values; when it rejects, its
 * words are shown and the window stays.
 *
 * @param {{title: string, words?: any, fields?: any[], action: string, danger?: boolean, isOnly?: boolean, submit: (values: any) => Promise<any>}} wishes
 * @returns {Promise<any>} What `submit` resolved with; undefined: it was put away.
 */
export function openDialog({ title, words = null, fields = [], action, danger = false, isOnly = false, submit }) {
  return new Promise((resolve) => {
    const trouble = element('p.form-trouble', { role: 'alert', hidden: true });
    const inputs = fields.map(makeField);
    const go = element(danger ? 'button.danger' : 'button.primary', { type: 'submit' }, action);
    const form = element(
      'form.form',
      { novalidate: false },
      element('h2', { id: 'dialog-title' }, title),
      words === null ? null : element('div.muted', {}, words),
      inputs.map(({ row }) => row),
      trouble,
      element(
        'div.form-actions',
        {},
        isOnly ? null : element('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
        go,
      ),
    );
    const dialog = element('dialog.dialog', { 'aria-labelledby': 'dialog-title' }, form);
    let result;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      go.disabled = true;
      trouble.hidden = true;
      try {
        result = (await submit(Object.fromEntries(inputs.map(({ name, read }) => [name, read()])))) ?? null;
        dialog.close();
      } catch (error) {
        trouble.hidden = false;
        fill(trouble, error.message, error.hint ? ` ${error.hint}` : '');
      } finally {
        go.disabled = false;
      }
    });
    for (const { watch } of inputs) watch?.(() => refresh());
    const refresh = () => {
      const values = Object.fromEntries(inputs.map(({ name, read }) => [name, read(true)]));
      for (const { row, when, input } of inputs) {
        const isWanted = when === undefined || when(values);
        row.hidden = !isWanted;
        for (const each of input) each.disabled = !isWanted;
      }
    };
    refresh();
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

let made = 0;

/**
 * One field of a form: `{name, label, kind: 'text'|'password'|'number'|'select'|'checkbox'|'area', value, options, help, required, min,
 * max, list, when}`. `when`: shown only for such values of the others.
 */
function makeField({ name, label, kind = 'text', value = '', options = [], help, required = false, when, ...rest }) {
  made += 1;
  const id = `field-${made}`;
  const common = { id, name, required, 'aria-describedby': help ? `${id}-help` : null, ...rest };
  const hint = help ? element('p.field-help', { id: `${id}-help` }, help) : null;
  if (kind === 'checkbox') {
    const input = element('input', { ...common, type: 'checkbox', checked: value === true });
    const row = element('div.field.field-check', {}, input, element('label', { for: id }, label), hint);
    return {
      name,
      row,
      when,
      input: [input],
      read: () => input.checked,
      watch: (listener) => input.addEventListener('change', listener),
    };
  }
  const input =
    kind === 'select'
      ? element(
          'select',
          common,
          options.map(([key, text]) => element('option', { value: key, selected: key === value }, text)),
        )
      : kind === 'area'
        ? element('textarea', { rows: 4, spellcheck: false, ...common }, value)
        : element('input', { type: kind, value, autocomplete: 'off', ...common });
  const row = element('div.field', {}, element('label', { for: id }, label), input, hint);
  const read = () => (kind === 'number' ? (input.value === '' ? null : Number(input.value)) : input.value);
  return { name, row, when, input: [input], read, watch: (listener) => input.addEventListener('change', listener) };
}

/** Shows something that is told only once, until it is put away. */
export function showOnce({ title, words, content }) {
  return openDialog({
    title,
    words: [words, element('div.told-once', {}, content)],
    action: 'I have it',
    isOnly: true,
    submit: async () => null,
  });
}
