import { ask, part } from './api.js';
import { openDialog } from './dialog.js';
import { tell } from './notices.js';
import { button } from './parts.js';

const outcomes = {
  corrected: 'corrected: it is right now',
  explained: 'explained: nothing was wrong',
  'paid-otherwise': 'paid otherwise',
  'written-off': 'written off',
  refunded: 'refunded',
};

/** What may be done about an open case, for whoever may. Decided here, done at the terminal that keeps it, under the name of who asks. */
export function caseActions({ caseId, title, words, state, outcomes: possible, terminals }, { may }, changed) {
  const [terminal] = terminals;
  if (!may('operator') || terminal === undefined) return '';
  const path = `/api/terminals/${part(terminal)}/cases/${part(caseId)}`;
  const act = (wish) => ask('POST', path, wish).then(told);
  return [
    state === 'open'
      ? button(
          'Take it',
          () =>
            decide(
              {
                title: 'Take this case?',
                words: `${title}. ${words}`,
                action: 'I take it',
                submit: () => act({ step: 'take' }),
              },
              changed,
            ),
          'button.quiet',
        )
      : null,
    button(
      'Decide',
      () =>
        decide(
          {
            title,
            words,
            fields: [
              {
                name: 'step',
                label: 'What',
                kind: 'select',
                options: [
                  ['note', 'note something'],
                  ['wait', 'let it wait, and say for what'],
                  ['close', 'close it'],
                ],
              },
              {
                name: 'outcome',
                label: 'How it ended',
                kind: 'select',
                options: Object.entries(outcomes).filter(([key]) => possible.includes(key)),
                when: ({ step }) => step === 'close',
              },
              { name: 'words', label: 'In words', kind: 'area', required: true, maxlength: 500 },
            ],
            action: 'Save',
            submit: ({ step, outcome, words: said }) =>
              act(step === 'close' ? { step, outcome, words: said } : { step, words: said }),
          },
          changed,
        ),
      'button.quiet',
    ),
  ];
}

const decisions = [
  ['retry', 'try again: its reason is gone'],
  ['map-sku', 'deliver an article under another number'],
  ['drop-coupon', 'leave the coupon out; the price stays as sold'],
  ['deliver-as-sold', 'deliver it as sold, past the cart'],
  ['entered-by-hand', 'it was entered by hand as an order'],
  ['cancel', 'never deliver it'],
  ['undo', 'take the last decision back'],
];

const only =
  (...kinds) =>
  ({ kind }) =>
    kinds.includes(kind);

/** What may be decided about something that Magento refuses (docs/parking.md). */
export function parkedActions({ terminal, documentId, receiptNumber, reason }, { may }, changed) {
  if (!may('operator')) return '';
  const path = `/api/terminals/${part(terminal)}/parked/${part(documentId)}`;
  const open = () =>
    decide(
      {
        title: `Decide about ${receiptNumber ?? documentId}`,
        words: reason ?? 'Magento refuses it.',
        fields: [
          {
            name: 'kind',
            label: 'What',
            kind: 'select',
            options: decisions,
            help: 'docs/parking.md tells when which is right. All of it can be taken back until it is delivered.',
          },
          { name: 'from', label: 'Article number as sold', required: true, maxlength: 64, when: only('map-sku') },
          { name: 'to', label: 'Deliver it as', required: true, maxlength: 64, when: only('map-sku') },
          {
            name: 'recipe',
            label: 'By',
            kind: 'select',
            options: [
              ['module', 'the Holdfast module'],
              ['direct', 'a direct order'],
            ],
            when: only('deliver-as-sold'),
          },
          {
            name: 'orderNumber',
            label: 'Magento’s order number',
            required: true,
            maxlength: 32,
            help: 'It is looked up before it counts.',
            when: only('entered-by-hand'),
          },
          { name: 'why', label: 'Why', kind: 'area', required: true, maxlength: 500, when: only('cancel', 'undo') },
        ],
        action: 'Decide so',
        submit: ({ kind, from, to, recipe, orderNumber, why }) => {
          const more = {
            'map-sku': { from, to },
            'deliver-as-sold': { recipe },
            'entered-by-hand': { orderNumber },
            cancel: { why },
            undo: { why },
          };
          return ask('POST', path, { kind, ...more[kind] }).then(told);
        },
      },
      changed,
    );
  return button('Decide', open, 'button.quiet');
}

async function decide(wishes, changed) {
  await openDialog(wishes);
  await changed();
}

function told({ jobId }) {
  tell(jobId === null ? 'Done.' : 'Decided. The terminal is told; what it made of it is among its jobs.');
  return {};
}
