import { script } from '@hb/eslint-config/script';

export default script();
