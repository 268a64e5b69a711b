import { ask, part } from '../api.js';
import { casesTable, parkedTable } from '../desk-tables.js';
import { element, fill } from '../element.js';
import { badge, empty, facts, panel, time } from '../parts.js';
import { keepingPlace } from '../watched.js';
import { age, bytes, count, deliveries, figure, span } from '../words.js';
import { alarmItem } from './alarms.js';

/** How a terminal is now: what it reported last. */
export function healthPart({ terminal, context, reload }) {
  const alarmsPlace = element('div');
  const asOfPlace = element('div');
  const toDoPlace = element('div');
  const panels = element('div.panels');
  const view = element('div', {}, alarmsPlace, asOfPlace, toDoPlace, panels);

  async function showAlarms() {
    const { alarms: own } = await ask('GET', `/api/alarms?terminal=${part(terminal)}`).catch(() => ({ alarms: [] }));
    keepingPlace(alarmsPlace, () =>
      fill(
        alarmsPlace,
        own.length === 0
          ? null
          : element(
              'ul.alarms',
              { 'aria-label': 'Alarms of this terminal' },
              own.map((alarm) => alarmItem(alarm, context, reload, true)),
            ),
      ),
    );
  }

  return {
    element: view,
    show({ row, device, health }) {
      void showAlarms();
      if (Object.keys(health).length === 0) {
        fill(
          panels,
          empty(
            row.membership === 'expected'
              ? 'No device has taken this number yet.'
              : 'It has not reported anything yet.',
          ),
        );
        return;
      }
      const asOf =
        row.presence === 'online' || row.lastHeard === null
          ? null
          : element('p.as-of', {}, 'As it was when it was last heard of, ', time(row.lastHeard), '.');
      fill(asOfPlace, asOf);
      keepingPlace(toDoPlace, () => fill(toDoPlace, toDoPanels(row, health, { context, reload })));
      fill(panels, salesPanel(row, health), shopPanel(health), devicesPanel(health), machinePanel(device, health));
    },
  };
}

function salesPanel(row, { queue, delivery, loop, shift }) {
  if (queue === undefined) return null;
  const oldest = queue.oldestUnconfirmed;
  const alive = loop === undefined ? null : loop.heartbeatAge < 60_000;
  return panel(
    'Sales and delivery',
    element(
      'p.big',
      { 'data-tone': queue.parked > 0 ? 'bad' : queue.waiting > 0 ? 'wait' : 'good' },
      queue.waiting === 0 && queue.parked === 0
        ? 'Everything it sold is in Magento'
        : [
            queue.waiting > 0 ? `${count(queue.waiting, 'sale')} not in Magento yet` : null,
            queue.parked > 0 ? `${count(queue.parked, 'sale')} parked` : null,
          ]
            .filter(Boolean)
            .join(', '),
    ),
    facts([
      delivery && [
        'Delivery',
        [badge(deliveries[delivery.state].tone, deliveries[delivery.state].words), ' ', delivery.words],
      ],
      oldest !== null && [
        'Oldest unconfirmed',
        [oldest.receiptNumber, ', sold ', time(oldest.soldAt), ` (${age(oldest.soldAt)} ago)`],
      ],
      ['In Magento', count(queue.confirmed, 'sale')],
      delivery && [
        'Last confirmation',
        delivery.lastConfirmationAt === null ? 'none since it started' : time(delivery.lastConfirmationAt),
      ],
      loop && [
        'Retry loop',
        [
          badge(alive ? 'good' : 'bad', alive ? 'alive' : 'stands still'),
          ` turned ${span(loop.heartbeatAge)} before the report; ${figure(loop.attempts)} tries, ${figure(loop.confirmations)} confirmations since the start`,
        ],
      ],
      delivery && ['By way of', `${delivery.lane}, ${delivery.recipe}`],
      ['Last receipt', figure(queue.lastReceiptCounter)],
      shift && [
        'Shift',
        shift.open
          ? ['open', shift.openedAt === null ? '' : ' since ', shift.openedAt === null ? '' : time(shift.openedAt)]
          : 'closed',
      ],
      row.lastHeard !== null && ['Last heard of', time(row.lastHeard)],
    ]),
  );
}

/** What people have to decide about what it sold. */
function toDoPanels({ terminal }, { cases, parked }, { context, reload }) {
  return [
    parked === undefined || parked.count === 0
      ? null
      : panel(
          'Refused by Magento',
          parkedTable(
            parked.list.map((each) => ({ ...each, terminal })),
            context,
            reload,
          ),
          parked.count > parked.list.length
            ? element('p.muted', {}, `And ${parked.count - parked.list.length} more.`)
            : null,
        ),
    cases === undefined || cases.open === 0
      ? null
      : panel(
          'Open cases',
          casesTable(
            cases.list.map((each) => ({ ...each, terminals: [terminal] })),
            context,
            reload,
          ),
          cases.open > cases.list.length ? element('p.muted', {}, `And ${cases.open - cases.list.length} more.`) : null,
        ),
  ];
}

function shopPanel({ snapshot, storage, space, journal }) {
  return panel(
    'Data and disk',
    facts([
      snapshot === undefined
        ? null
        : [
            'Copy of the shop',
            snapshot === null
              ? badge('bad', 'none yet')
              : [
                  `taken `,
                  time(snapshot.takenAt),
                  ` (${age(snapshot.takenAt)} old), ${bytes(snapshot.size)}`,
                  snapshot.rejected > 0 ? `, ${snapshot.rejected} records left out` : '',
                ],
          ],
      journal && ['Journal', [badge(journal.state === 'whole' ? 'good' : 'bad', journal.state), ' ', journal.words]],
      storage && [
        'Disk',
        [
          badge(storage.level === 'ok' ? 'good' : storage.level === 'tight' ? 'wait' : 'bad', storage.level),
          ' ',
          storage.words,
        ],
      ],
      space && [
        'Room for sales',
        `${bytes(space.room)} of ${bytes(space.limit)}; ${bytes(space.free)} free on the medium`,
      ],
    ]),
  );
}

const ready = new Set(['ready', 'open', 'idle']);

function devicesPanel({ devices }) {
  if (devices === undefined || devices.length === 0) return null;
  return panel(
    'Devices',
    element(
      'ul.devices',
      {},
      devices.map(({ name, driver, state, condition }) =>
        element(
          'li',
          {},
          element('span.dot', { 'data-tone': ready.has(state) ? 'good' : 'bad' }),
          element('strong', {}, name),
          element('span.muted', {}, driver),
          element('span', {}, condition === '' ? state : condition),
        ),
      ),
    ),
  );
}

function machinePanel(device, { machine, versions, clock }) {
  return panel(
    'Machine',
    facts([
      versions && ['Release', `Holdfast ${versions.holdfast}, Node.js ${versions.node}`],
      versions && ['System', versions.system],
      device !== null && ['Device', `${device.model}, ${device.serial}`],
      device !== null && ['In the fleet since', time(device.since)],
      clock && [
        'Clock',
        [badge(clock.trusted ? 'good' : 'wait', clock.trusted ? 'set' : 'never set'), ' ', clock.zone],
      ],
      machine &&
        machine.temperature !== null && [
          'Processor',
          `${Math.round(machine.temperature)} °C, load ${machine.load.toFixed(2)}`,
        ],
      machine && [
        'Memory',
        `${bytes(machine.memoryAvailable)} free of ${bytes(machine.memoryTotal)}; Holdfast uses ${bytes(machine.processMemory)}`,
      ],
      machine && ['Running for', span(machine.uptime * 1000)],
    ]),
  );
}
