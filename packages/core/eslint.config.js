import { core } from '@hb/eslint-config/core';

export default core(import.meta.dirname);
