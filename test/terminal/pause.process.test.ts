import { afterEach, beforeEach, expect, it } from 'vitest';
import { minutes } from '../../src/platform/clock.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { openShowroom, removeFolder, showroomFolder } from '../showroom/open-showroom.ts';

let dir: string;
let showroom: Showroom;
beforeEach(async () => {
  dir = showroomFolder();
  showroom = await openShowroom(dir);
});
afterEach(async () => {
  await showroom.close();
  removeFolder(dir);
});

it('a paused delivery is still paused after the power was gone, until somebody resumes it', async () => {
  await showroom.power('on');
  const { control } = showroom;
  expect((await control.sync('pause')).connection.state).toBe('paused');
  process.kill((await control.status()).pid, 'SIGKILL');
  await showroom.until('the process has ended', ({ power }) => power.state === 'stopped', minutes(1));
  await showroom.power('on');
  expect((await control.status()).connection.state).toBe('paused');
  expect(await control.metrics()).toContain('holdfast_delivery_paused{terminal="K1"} 1');
  expect((await control.sync('resume')).connection.state).not.toBe('paused');
});
