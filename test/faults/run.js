/* npm run faults */
import { bundled } from '../../scripts/bundled.js';

await bundled('test/faults/main.ts');
