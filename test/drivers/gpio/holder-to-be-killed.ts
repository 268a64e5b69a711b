import { gpiodGpio } from '../../../drivers/link/gpio/gpiod-gpio.ts';

/** A till that holds a pin until it is killed: `node holder-to-be-killed.js <folder of the gpiod programs>`. */
const folder = process.argv[2] ?? '';
const port = await gpiodGpio({ chip: '', folder }).open(new AbortController().signal);
await port.requestOutputs([17], [1]);
