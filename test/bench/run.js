/* npm run bench */
import { bundled } from '../../scripts/bundled.js';

await bundled('test/bench/main.ts');
