/* npm run bench:verdict */
import { bundled } from '../../../scripts/bundled.js';

await bundled('test/bench/verdict/main.ts');
