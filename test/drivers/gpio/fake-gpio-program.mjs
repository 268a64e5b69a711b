// Stands for one program of the package gpiod: passes its arguments and input to the test, and the test's answers on.
import { connect } from 'node:net';

const [socketPath, tool, ...args] = process.argv.slice(2);
const socket = connect(socketPath);
socket.write(`${JSON.stringify({ tool, args })}\n`);
process.stdin.on('data', (bytes) => socket.write(`${JSON.stringify({ input: String(bytes) })}\n`));
let rest = '';
socket.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const { out, err, exit } = JSON.parse(line);
    if (out !== undefined) process.stdout.write(out);
    if (err !== undefined) process.stderr.write(err);
    if (exit !== undefined) process.exit(exit);
  }
});
socket.on('close', () => process.exit(1));
