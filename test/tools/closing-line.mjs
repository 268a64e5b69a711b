// Prints the test run's closing line, `N passed, N failed`, and refuses a run that skipped anything.
import { readFileSync } from 'node:fs';

const results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const skipped = results.numPendingTests + results.numTodoTests;
if (skipped > 0) {
  const names = results.testResults.flatMap((file) =>
    file.assertionResults
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map((test) => test.fullName),
  );
  console.error(`Skipped, which CI may not do:\n  ${names.join('\n  ')}`);
}
console.log(
  `${results.numPassedTests} passed, ${results.numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(results.numFailedTests > 0 || skipped > 0 ? 1 : 0);
