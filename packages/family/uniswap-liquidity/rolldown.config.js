import { bundled } from '@hb/rolldown-config';

export default bundled('src/index');
