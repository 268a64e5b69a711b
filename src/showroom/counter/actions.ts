import { z } from 'zod';
import { HoldfastError } from '../../platform/errors.ts';
import type { CounterShowroom } from './server.ts';

const schemas = {
  press: z.strictObject({ keys: z.string().max(200) }),
  scan: z.strictObject({ code: z.string().min(1).max(2_000) }),
  card: z.strictObject({ action: z.enum(['tap', 'decline', 'remove']) }),
  'cards-offline': z.strictObject({ mode: z.enum(['none', 'offline-emv', 'stored']) }),
  bank: z.discriminatedUnion('action', [
    z.strictObject({ action: z.literal('decide'), later: z.enum(['approve', 'decline', 'wait']) }),
    z.strictObject({ action: z.enum(['approve', 'decline', 'charge-back']), paymentId: z.string().max(40) }),
    z.strictObject({ action: z.enum(['settle', 'lose-reply', 'tell-twice']) }),
  ]),
  drawer: z.strictObject({}),
  network: z.strictObject({ cable: z.enum(['on', 'off', 'slow']) }),
  paper: z.strictObject({ state: z.enum(['in', 'out']) }),
  power: z.strictObject({ state: z.enum(['on', 'off']) }),
};

/** What the page can do: one name each with its body. Resolves to whether anything took notice. */
export async function act(showroom: CounterShowroom, name: string, body: unknown): Promise<boolean> {
  switch (name) {
    case 'press':
      return showroom.press(checked(schemas.press, body).keys);
    case 'scan':
      return showroom.scan(checked(schemas.scan, body).code);
    case 'card': {
      const { action } = checked(schemas.card, body);
      if (action === 'tap') return showroom.tap();
      return action === 'decline' ? showroom.decline() : showroom.removeCard();
    }
    case 'cards-offline':
      showroom.cardsOffline(checked(schemas['cards-offline'], body).mode);
      return true;
    case 'bank':
      return askBank(showroom, checked(schemas.bank, body));
    case 'drawer':
      checked(schemas.drawer, body);
      showroom.closeDrawer();
      return true;
    case 'network':
      await showroom.network(checked(schemas.network, body).cable);
      return true;
    case 'paper':
      showroom.paper(checked(schemas.paper, body).state);
      return true;
    case 'power':
      await showroom.power(checked(schemas.power, body).state);
      return true;
    default:
      throw new HoldfastError('counter.unknown-action', `There is no "${name}" on this counter.`, { remedy: 'never' });
  }
}

async function askBank({ acquirer }: CounterShowroom, wish: z.infer<typeof schemas.bank>): Promise<boolean> {
  switch (wish.action) {
    case 'decide':
      acquirer.decide(wish.later);
      return true;
    case 'approve':
      return acquirer.approve(wish.paymentId);
    case 'decline':
      return acquirer.declineLate(wish.paymentId);
    case 'charge-back':
      return acquirer.chargeBack(wish.paymentId);
    case 'settle':
      return (await acquirer.settle()) !== null;
    case 'lose-reply':
      acquirer.loseReplies(1);
      return true;
    case 'tell-twice':
      acquirer.tellTwice(1);
      return true;
  }
}

function checked<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new HoldfastError('counter.bad-action', z.prettifyError(result.error), { remedy: 'never' });
}
