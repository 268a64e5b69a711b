/**
 * For shops that run pm2 instead of systemd (systemd/ is the better choice: it also restarts a till that hangs, and keeps it to its
 * devices): `pm2 start ecosystem.config.js && pm2 save`. pm2 require()s this file, which Node can from 20.19 on, also as a module.
 */
const config = process.env.HOLDFAST_CONFIG ?? '/etc/holdfast/terminal.json';

export const apps = [
  {
    name: 'holdfast',
    cwd: import.meta.dirname,
    script: './dist/src/cli/main.js',
    args: 'run',
    env: {
      NODE_ENV: 'production',
      HOLDFAST_CONFIG: config,
      // As in systemd/holdfast.service: small on a small machine.
      MALLOC_ARENA_MAX: '1',
      NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=256',
    },
    // One terminal owns its data directory: never a cluster.
    exec_mode: 'fork',
    instances: 1,
    // A till never stays down: pm2's usual sixteen restarts, after which it gives up for good, are as good as never reached.
    autorestart: true,
    max_restarts: Number.MAX_SAFE_INTEGER,
    restart_delay: 2000,
    // A wrong configuration (78) needs a person; pm2 then shows "waiting restart", and does not restart it.
    stop_exit_codes: [78],
    // Ready when it can sell; looking through a long journal takes a while.
    wait_ready: true,
    listen_timeout: 180_000,
    // SIGINT finishes the sale in hand within 10 s.
    kill_timeout: 15_000,
    // No pm2 limit on memory: it looks every 30 s and would end the sale in hand.
    watch: false,
    time: false,
    merge_logs: true,
  },
];
