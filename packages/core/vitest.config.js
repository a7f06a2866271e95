import { covered } from '@hb/vitest-config';

export default covered(import.meta.dirname, 90);
