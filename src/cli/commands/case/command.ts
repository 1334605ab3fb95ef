import { DISPLAY, SAVED_CASE } from '../../core/options.ts';
import { defineCommand, NO_ACTIONS } from '../../core/spec.ts';

export const caseShow = defineCommand({
  usage: 'case show <file>',
  summary: 'what is in a case file, and how it would be judged',
  details:
    'AWS is not asked. A case file is written by --save-case; it may be packed (gzip), and - is stdin.',
  examples: ['nfm case show incident.json', 'nfm case show incident.json -o json --query judged'],
  options: [...DISPLAY],
  actions: NO_ACTIONS,
  documents: [{ name: 'case-summary' }],
});

export const caseRedact = defineCommand({
  usage: 'case redact <file>',
  summary: 'a copy of a case file without names, addresses, IDs and accounts',
  details:
    "For whoever may see the network and not its names. The same name is replaced by the same throughout, an address by one of its kind, and what AWS or nfm said in sentences is left out; times, counts, zone IDs, Regions and ports are kept, so that it is judged as the original is. What was kept and replaced is said on stderr. AWS is not asked. Look at it before you hand it on: a scenario's name, times and ports may tell something, too.",
  examples: [
    'nfm case redact incident.json > redacted.json',
    'nfm case redact incident.json --save-case redacted.json.gz',
  ],
  options: [
    { flags: '--save-case <file>', description: 'write it there instead of on stdout (packed: FILE.gz)' },
  ],
  actions: NO_ACTIONS,
  documents: [{ name: 'case' }, SAVED_CASE],
});
