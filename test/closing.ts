import { afterAll } from 'vitest';
import { closeAll } from './later.ts';

afterAll(closeAll);
