// For shops that run pm2 instead of systemd: `pm2 start ecosystem.config.js`. Node ≥ 20.19 lets pm2 require() this ES module.
export const apps = [
  {
    name: 'holdfast',
    script: './dist/src/cli/main.js',
    args: 'run',
    env: { HOLDFAST_CONFIG: '/etc/holdfast/terminal.json' },
    // One terminal owns its data directory: never a cluster.
    exec_mode: 'fork',
    instances: 1,
    // A till never stays down, and restarts are never given up; a wrong configuration (exit code 78) needs a person.
    autorestart: true,
    max_restarts: Number.MAX_SAFE_INTEGER,
    restart_delay: 2000,
    stop_exit_codes: [78],
    // SIGINT finishes the sale in hand within 10 s.
    kill_timeout: 15_000,
  },
];
