import { run } from './cli/run.ts';
import { EXIT } from './lib/exit-codes.ts';

const code = await run(process.argv.slice(2));
// a command that ends well may have set a code of its own, as `doctor` does for what it found
if (code !== EXIT.done) process.exitCode = code;
